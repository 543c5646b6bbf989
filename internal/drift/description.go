package drift

// Description is what one side says about the operation, in words that documents and recorded
// traffic share. What a side says nothing about is nil or empty.
type Description struct {
	Support
	// Address is the path below the host, with the names of its parameters.
	Address    string
	ID         string
	Deprecated bool
	// Security is nil when the side cannot know.
	Security *Security
	// Promises tell which of the sentences that clients rely on are kept, and where.
	Promises map[Promise]Support
	// Texts are the descriptions, by place.
	Texts      map[Place]Text
	Parameters []Parameter
	Request    Body
	// Answers are by status: "202", and in documents also a range such as "4XX" or "default".
	Answers map[string]*Answer
}

// Promise is a sentence that clients rely on and that no schema can say.
type Promise string

// The promises of the page.
const (
	// RetryAfter: a 429 has Retry-After ("The Retry-After header in the response includes how
	// long to wait before trying again.").
	RetryAfter Promise = "Retry-After"
	// ProvisioningScope: forceProvisioning needs the scope idn:accounts-provisioning:manage.
	ProvisioningScope Promise = "provisioning scope"
)

// Text is a description for people.
type Text struct {
	Support
	Text string
}

// Security is who may call the operation.
type Security struct {
	// Alternatives are the ways to authenticate, each of which is enough; none means that no
	// credential is asked for.
	Alternatives []Alternative
	// Authorities are those of which a user needs one; empty when that is not said.
	Authorities []string
	// AuthoritiesSupport is where they stand.
	AuthoritiesSupport Support
}

// Alternative is one way to authenticate.
type Alternative struct {
	Support
	// Name is that of the scheme in the document; of several schemes that are needed together,
	// all of them.
	Name string
	// Type is that of the scheme, such as "oauth2" or "http bearer".
	Type   string
	Scopes []string
	// Flows are the OAuth flows, by name, with the address that tokens come from.
	Flows map[string]string
}

// Parameter is a value in the path, the query, the header or the cookie.
type Parameter struct {
	Support
	// In is "path", "query", "header" or "cookie".
	In   string
	Name string
	// Position counts the segments of the path up to a path parameter.
	Position int
	Required bool
	Shape    Shape
}

// Body is the body of the request.
type Body struct {
	Support
	Required bool
	// Media gives the shape of the body by media type, without parameters.
	Media map[string]Media
}

// Answer is what comes with one status.
type Answer struct {
	Support
	// Headers are by name, in the canonical form of net/http.
	Headers map[string]Header
	Media   map[string]Media
	// Unread tells of bodies that recorded traffic shows, and that are not JSON.
	Unread map[string]Support
}

// Header is a header of an answer.
type Header struct {
	Support
	// Name is as the side writes it.
	Name string
	// Required says that every such answer has it.
	Required bool
	Types    []string
}

// Media is a body of one media type.
type Media struct {
	Support
	Shape Shape
}

// Shape is what is said about a JSON value: about the value itself under the pointer "", and
// about every value in it under its JSON Pointer, where a * stands for every element of an array.
type Shape map[string]*Member

// Member is what is said about one value.
type Member struct {
	Support
	// Types are the names of JSON Schema but null, sorted; empty when any type will do.
	Types    []string
	Nullable bool
	// Required says that the value is there whenever the object around it is.
	Required bool
	// Values are the only ones allowed, as JSON, sorted; empty when that is not limited.
	Values []string
	Format string
	// Pattern is a regular expression (ECMA 262).
	Pattern string
	// Closed says that an object has no members but those that are named.
	Closed bool
	Bounds map[string]Bound
	// Seen is what recorded traffic shows of the value; nil in a document.
	Seen *Seen
}

// Bound is a limit on a length, a count or a number.
type Bound struct {
	Value float64
	// Upper says that less is allowed, and not more.
	Upper bool
}
