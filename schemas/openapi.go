package schemas

import _ "embed"

//go:embed openapi.yaml
var openAPI string

// OpenAPI is an OpenAPI 3.0.3 document of the operation, as YAML: its path, parameter,
// security, request and seven responses. It says what the schemas say, in OpenAPI's words.
func OpenAPI() []byte { return []byte(openAPI) }
