package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strconv"
)

// mutator finds the sites of one file and the mutants at each.
type mutator struct {
	path    string
	source  []byte
	files   *token.FileSet
	info    *types.Info
	pkg     *types.Package
	imports map[*types.Package]bool
	// function is the declaration that is being looked at, results the types of its results.
	function string
	results  []types.Type
	taken    map[string]int
	// skip tells the lines that cannot be changed this way.
	skip    map[int]bool
	mutants *[]mutant
	sites   []site
}

// mutate finds the sites of a file.
func (m *mutator) mutate(file *ast.File) {
	for _, declaration := range file.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			m.function = declaration.Name.Name
			m.results = resultsOf(m.info.Defs[declaration.Name].Type())
			m.body(declaration.Body)
		case *ast.GenDecl:
			// A constant must stay one.
			if declaration.Tok == token.VAR {
				m.function = declaration.Specs[0].(*ast.ValueSpec).Names[0].Name
				m.walk(declaration)
			}
		}
	}
}

// body walks a function's body. Its end must not be reached without a result when its last
// statement is left out.
func (m *mutator) body(body *ast.BlockStmt) {
	m.walk(body)
	if len(m.results) > 0 {
		end := m.offset(body.Rbrace)
		m.sites = append(m.sites, site{from: end, to: end, kind: unreachable})
	}
}

func (m *mutator) walk(root ast.Node) {
	ast.Inspect(root, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			outer := m.results
			m.results = resultsOf(m.info.TypeOf(node))
			m.body(node.Body)
			m.results = outer
			return false
		case *ast.BlockStmt:
			m.statements(node.List)
		case *ast.CaseClause:
			m.caseClause(node)
		case *ast.TypeSwitchStmt:
			m.walk(node.Body)
			return false
		case *ast.IfStmt:
			m.force(node.Cond)
		case *ast.ForStmt:
			if node.Cond != nil {
				m.change(node.Cond, "false")
			}
		case *ast.GenDecl:
			return node.Tok == token.VAR
		case *ast.BinaryExpr:
			if m.info.Types[node].Value != nil {
				m.number(node)
				return false
			}
			m.binary(node)
		case *ast.UnaryExpr:
			if node.Op == token.NOT {
				m.change(node, m.text(node.X))
			}
		case *ast.BasicLit:
			m.literal(node)
		case *ast.CallExpr:
			return m.call(node)
		case *ast.CompositeLit:
			m.composite(node)
		case *ast.ReturnStmt:
			m.returns(node)
		case *ast.ArrayType, *ast.MapType, *ast.StructType, *ast.FuncType:
			return false
		}
		return true
	})
}

// change makes a mutant in which an expression reads otherwise.
func (m *mutator) change(x ast.Expr, text string) {
	m.changeTyped(x, m.info.TypeOf(x), text)
}

func (m *mutator) changeTyped(x ast.Expr, kind types.Type, text string) {
	written, able := m.written(kind)
	if able {
		m.add(x, written, text)
	}
}

// omit makes a mutant in which a statement, or several in a row, are left out.
func (m *mutator) omit(node ast.Node) { m.add(node, "", "") }

func (m *mutator) add(node ast.Node, kind, text string) {
	m.addNamed(node, kind, text, m.text(node), text)
}

// addNamed is add with another name: what is said before and after the change.
func (m *mutator) addNamed(node ast.Node, kind, text, before, after string) {
	position := m.files.Position(node.Pos())
	if m.skip[position.Line] || text != "" && text == m.text(node) {
		return
	}
	before, after = essence(oneLine(before), oneLine(after))
	name := fmt.Sprintf("%s %s: %s -> %s", filepath.Base(m.path), m.function, before, after)
	m.taken[name]++
	if n := m.taken[name]; n > 1 {
		name += " #" + strconv.Itoa(n)
	}
	number := len(*m.mutants) + 1
	*m.mutants = append(*m.mutants, mutant{number: number, name: name, path: m.path, line: position.Line})
	from, to := m.offset(node.Pos()), m.offset(node.End())
	for i := range m.sites {
		if s := &m.sites[i]; s.from == from && s.to == to && (s.kind == "") == (kind == "") {
			s.alternatives = append(s.alternatives, alternative{number, text})
			return
		}
	}
	m.sites = append(m.sites, site{from, to, kind, []alternative{{number, text}}})
}

func (m *mutator) offset(p token.Pos) int { return m.files.Position(p).Offset }

func (m *mutator) text(node ast.Node) string {
	return string(m.source[m.offset(node.Pos()):m.offset(node.End())])
}

// written is a type as this file can write it; false when it cannot.
func (m *mutator) written(kind types.Type) (string, bool) {
	able := kind != nil
	if !able {
		return "", false
	}
	text := types.TypeString(types.Default(kind), func(p *types.Package) string {
		if p == m.pkg {
			return ""
		}
		able = able && m.imports[p]
		return p.Name()
	})
	return text, able && kind != types.Typ[types.UntypedNil] && kind != types.Typ[types.Invalid]
}

func resultsOf(function types.Type) []types.Type {
	var all []types.Type
	for variable := range function.(*types.Signature).Results().Variables() {
		all = append(all, variable.Type())
	}
	return all
}
