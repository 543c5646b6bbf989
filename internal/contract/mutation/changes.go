package main

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// force makes a condition hold always, and never.
func (e *editor) force(condition ast.Expr) {
	text := e.text(condition)
	e.replace(condition, "("+text+") || true")
	e.replace(condition, "("+text+") && false")
}

// caseClause forces the conditions of a switch without a tag, drops one of several values of
// one with a tag, and empties the clause.
func (e *editor) caseClause(clause *ast.CaseClause) {
	for i, value := range clause.List {
		if isCondition(value) {
			e.force(value)
		} else if len(clause.List) > 1 {
			e.dropItem(clause.List, i)
		}
	}
	if len(clause.Body) > 0 {
		e.replaceSpan(clause.Body[0].Pos(), clause.Body[len(clause.Body)-1].End(), "")
	}
}

// isCondition guesses from its form whether an expression is a bool.
func isCondition(value ast.Expr) bool {
	switch value := value.(type) {
	case *ast.BinaryExpr:
		return value.Op == token.LAND || value.Op == token.LOR || flips[value.Op] != nil
	case *ast.UnaryExpr:
		return value.Op == token.NOT
	case *ast.CallExpr:
		return true
	case *ast.Ident:
		return value.Name == "marked" || value.Name == "limited"
	case *ast.SelectorExpr:
		return value.Sel.Name == "refused"
	}
	return false
}

// flips gives for an operator those that a slip of the hand makes of it.
var flips = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {"<=", ">"}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<"}, token.GEQ: {">", "<"},
}

// binary swaps operators, and makes each side of a conjunction or disjunction count for nothing.
func (e *editor) binary(b *ast.BinaryExpr) {
	operator := func(text string) { e.replaceSpan(b.OpPos, b.OpPos+token.Pos(len(b.Op.String())), text) }
	neutral := ""
	switch b.Op {
	case token.LAND:
		neutral = " || true)"
		operator("||")
	case token.LOR:
		neutral = " && false)"
		operator("&&")
	case token.ADD:
		operator("-")
	case token.SUB:
		operator("+")
	default:
		for _, other := range flips[b.Op] {
			operator(other)
		}
	}
	if neutral != "" {
		for _, side := range []ast.Expr{b.X, b.Y} {
			e.replace(side, "(("+e.text(side)+")"+neutral)
		}
	}
}

// literal changes a number by one, and empties a text.
func (e *editor) literal(l *ast.BasicLit) {
	switch l.Kind {
	case token.INT:
		e.replace(l, "("+l.Value+" + 1)")
		if l.Value != "0" {
			e.replace(l, "("+l.Value+" - 1)")
		}
	case token.STRING:
		if l.Value == `""` {
			e.replace(l, `"mutant"`)
		} else {
			e.replace(l, `""`)
		}
	}
}

// call looks into a call. The texts of regular expressions are changed as such.
func (e *editor) call(c *ast.CallExpr) bool {
	name := e.text(c.Fun)
	if name != "regexp.MustCompile" && name != "problemsAt" {
		return true
	}
	pattern, ok := constant(c.Args[0])
	if !ok {
		return true
	}
	for _, weaker := range patterns(pattern) {
		e.replace(c.Args[0], strconv.Quote(weaker))
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
func (e *editor) composite(c *ast.CompositeLit) {
	kind := ""
	if c.Type != nil {
		kind = e.text(c.Type)
	}
	if strings.HasPrefix(kind, "[]") || strings.HasPrefix(kind, "map[") {
		for i := range c.Elts {
			e.dropItem(c.Elts, i)
		}
	}
	if kind == "[]Rule" {
		for _, element := range c.Elts {
			rule := element.(*ast.CompositeLit)
			e.replace(rule.Elts[1], "func(*Answer) bool { return false }")
			e.replace(rule.Elts[1], "always")
			e.replace(rule.Elts[2], "func(*Answer, *memory) []Violation { return nil }")
		}
	}
}

// dropItem takes one item and its comma out of a list.
func (e *editor) dropItem(items []ast.Expr, i int) {
	from, to := items[i].Pos(), items[i].End()
	switch {
	case i+1 < len(items):
		to = items[i+1].Pos()
	case i > 0:
		from = items[i-1].End()
	}
	e.replaceSpan(from, to, "")
}

// returns gives another result back, by the result's type.
func (e *editor) returns(r *ast.ReturnStmt) {
	if len(r.Results) != len(e.results) {
		return
	}
	for i, result := range r.Results {
		text := e.text(result)
		switch kind := e.results[i]; {
		case kind == "bool":
			e.replace(result, "!("+text+")")
		case kind == "string" && text != `""`:
			e.replace(result, `""`)
		case kind == "error" || strings.HasPrefix(kind, "[]") || strings.HasPrefix(kind, "map["):
			if text != "nil" {
				e.replace(result, "nil")
			}
		}
	}
}

// typesOf lists the types of a function's results, one for each value.
func (e *editor) typesOf(f *ast.FuncType) []string {
	var types []string
	if f.Results == nil {
		return nil
	}
	for _, field := range f.Results.List {
		for range max(1, len(field.Names)) {
			types = append(types, e.text(field.Type))
		}
	}
	return types
}

// shortened is a text on one line, for a name.
func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return "(nothing)"
	}
	return text
}
