package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// statements leaves out one statement at a time, but for those that declare or decide.
func (m *mutator) statements(list []ast.Stmt) {
	for _, statement := range list {
		switch statement := statement.(type) {
		case *ast.AssignStmt:
			if statement.Tok != token.DEFINE {
				m.omit(statement)
			}
		case *ast.IncDecStmt, *ast.ExprStmt, *ast.BranchStmt:
			m.omit(statement)
		}
	}
}

// force makes a condition hold always, and never.
func (m *mutator) force(condition ast.Expr) {
	m.change(condition, "true")
	m.change(condition, "false")
}

// span is several statements in a row.
type span struct{ from, to token.Pos }

func (s span) Pos() token.Pos { return s.from }
func (s span) End() token.Pos { return s.to }

// caseClause forces the conditions of a switch without a tag, keeps one value of a switch with
// a tag from being met, and empties the clause.
func (m *mutator) caseClause(clause *ast.CaseClause) {
	for _, value := range clause.List {
		if v := m.info.Types[value]; v.IsValue() && types.Identical(types.Default(v.Type), types.Typ[types.Bool]) {
			m.force(value)
		}
	}
	if len(clause.Body) > 0 {
		m.omit(span{clause.Body[0].Pos(), clause.Body[len(clause.Body)-1].End()})
		if len(clause.Body) > 1 {
			m.statements(clause.Body)
		}
	}
}

// slips gives for an operator those that a slip of the hand makes of it.
var slips = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {"<=", ">"}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<"}, token.GEQ: {">", "<"},
}

// binary swaps operators, and takes away either side of a conjunction or disjunction.
func (m *mutator) binary(b *ast.BinaryExpr) {
	left, right := m.text(b.X), m.text(b.Y)
	kind, _ := m.info.TypeOf(b).Underlying().(*types.Basic)
	isText := kind != nil && kind.Info()&types.IsString != 0
	switch b.Op {
	case token.LAND:
		m.change(b, left+" || "+right)
		m.change(b, left)
		m.change(b, right)
	case token.LOR:
		m.change(b, left+" && "+right)
		m.change(b, left)
		m.change(b, right)
	case token.ADD:
		if !isText {
			m.change(b, left+" - "+right)
		}
	case token.SUB:
		m.change(b, left+" + "+right)
	case token.QUO:
		m.change(b, left+" * "+right)
	default:
		for _, operator := range slips[b.Op] {
			m.change(b, left+" "+operator+" "+right)
		}
	}
}

// literal changes a number by one, and a text altogether.
func (m *mutator) literal(l *ast.BasicLit) {
	switch {
	case l.Kind == token.INT:
		m.number(l)
	case l.Kind == token.STRING:
		m.change(l, `"mutant"`)
	}
}

// number changes a constant number by one.
func (m *mutator) number(x ast.Expr) {
	kind, _ := m.info.TypeOf(x).Underlying().(*types.Basic)
	if kind == nil || kind.Info()&types.IsInteger == 0 {
		return
	}
	text := m.text(x)
	if text != "0xff" { // the greatest byte
		m.change(x, text+" + 1")
	}
	if text != "0" {
		m.change(x, text+" - 1")
	}
}

// call looks into a call. The text of a regular expression is changed as such.
func (m *mutator) call(c *ast.CallExpr) bool {
	if m.text(c.Fun) != "regexp.MustCompile" {
		return true
	}
	pattern, ok := constant(c.Args[0])
	if !ok {
		return true
	}
	whole, others := patterns(pattern)
	for _, other := range others {
		m.addNamed(c.Args[0], "string", strconv.Quote(other), whole, other)
	}
	return false
}

// constant is the value of a text that is written as one or several literals.
func constant(x ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(x.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, one := constant(x.X)
		right, other := constant(x.Y)
		return left + right, one && other
	}
	return "", false
}

// composite drops an element of a list or a map, and takes the teeth out of a rule.
func (m *mutator) composite(c *ast.CompositeLit) {
	kind := m.info.TypeOf(c)
	written, _ := m.written(kind)
	switch kind.Underlying().(type) {
	case *types.Slice, *types.Map:
		// A list whose type is left out in the source, being part of another, needs it here.
		if c.Type == nil {
			return
		}
		for i := range c.Elts {
			text := written + "{"
			for j, element := range c.Elts {
				if j != i {
					text += m.text(element) + ", "
				}
			}
			m.change(c, text+"}")
		}
	}
	if written == "Rule" {
		m.change(c.Elts[1], "func(*Answer) bool { return false }")
		m.change(c.Elts[1], "always")
		m.changeTyped(c.Elts[2], m.info.TypeOf(c.Elts[2]), "func(*Answer, *memory) []Violation { return nil }")
	}
}

// returns gives another result back, by the result's type.
func (m *mutator) returns(r *ast.ReturnStmt) {
	if len(r.Results) != len(m.results) {
		return
	}
	for i, result := range r.Results {
		text := m.text(result)
		switch kind := m.results[i].Underlying().(type) {
		case *types.Basic:
			switch {
			case kind.Kind() == types.Bool:
				m.changeTyped(result, m.results[i], "!("+text+")")
			case kind.Kind() == types.String && text != `""`:
				m.changeTyped(result, m.results[i], `""`)
			}
		case *types.Slice, *types.Map, *types.Interface:
			if text != "nil" {
				m.changeTyped(result, m.results[i], "nil")
			}
		}
	}
}
