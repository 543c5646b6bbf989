package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
)

// editor collects the mutants of one file. A mutant replaces one stretch of its text.
type editor struct {
	path     string
	source   []byte
	files    *token.FileSet
	function string
	results  []string
	taken    map[string]int
	mutants  []mutant
}

// mutate makes the mutants of one file.
func mutate(path string, source []byte) ([]mutant, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	e := &editor{path: path, source: source, files: files, taken: map[string]int{}}
	for _, declaration := range file.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			e.function, e.results = declaration.Name.Name, e.typesOf(declaration.Type)
			e.walk(declaration.Body)
		case *ast.GenDecl:
			if declaration.Tok == token.IMPORT || declaration.Tok == token.TYPE {
				continue
			}
			e.function = declaration.Specs[0].(*ast.ValueSpec).Names[0].Name
			e.walk(declaration)
		}
	}
	return e.mutants, nil
}

// replace makes a mutant in which a node reads otherwise.
func (e *editor) replace(node ast.Node, text string) {
	e.replaceSpan(node.Pos(), node.End(), text)
}

func (e *editor) replaceSpan(from, to token.Pos, text string) {
	begin, end := e.files.Position(from), e.files.Position(to)
	old := string(e.source[begin.Offset:end.Offset])
	name := fmt.Sprintf("%s %s: %s -> %s", begin.Filename[lastSlash(begin.Filename)+1:], e.function, shortened(old), shortened(text))
	e.taken[name]++
	if n := e.taken[name]; n > 1 {
		name += " #" + strconv.Itoa(n)
	}
	source := append([]byte{}, e.source[:begin.Offset]...)
	source = append(append(source, text...), e.source[end.Offset:]...)
	e.mutants = append(e.mutants, mutant{name: name, path: e.path, line: begin.Line, source: source})
}

func (e *editor) text(node ast.Node) string {
	return string(e.source[e.files.Position(node.Pos()).Offset:e.files.Position(node.End()).Offset])
}

// walk visits a declaration's nodes, each with the kinds of change that suit it.
func (e *editor) walk(root ast.Node) {
	if root == nil {
		return
	}
	ast.Inspect(root, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			outer := e.results
			e.results = e.typesOf(node.Type)
			e.walk(node.Body)
			e.results = outer
			return false
		case *ast.IfStmt:
			e.force(node.Cond)
		case *ast.CaseClause:
			e.caseClause(node)
		case *ast.ForStmt:
			if node.Cond != nil {
				e.replace(node.Cond, "("+e.text(node.Cond)+") && false")
			}
		case *ast.BinaryExpr:
			e.binary(node)
		case *ast.UnaryExpr:
			if node.Op == token.NOT {
				e.replace(node, e.text(node.X))
			}
		case *ast.BasicLit:
			e.literal(node)
		case *ast.CallExpr:
			return e.call(node)
		case *ast.CompositeLit:
			e.composite(node)
		case *ast.ReturnStmt:
			e.returns(node)
		case *ast.AssignStmt:
			if node.Tok != token.DEFINE {
				e.replace(node, "")
			}
		case *ast.IncDecStmt, *ast.ExprStmt, *ast.BranchStmt:
			e.replace(node, "")
		}
		return true
	})
}

func lastSlash(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return i
		}
	}
	return -1
}
