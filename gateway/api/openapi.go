package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"

	"fundtrace/chaincode/ledger"
)

// describe writes the OpenAPI description of the route table. What a body or an answer holds is read off its Go type, so
// the description cannot drift from the code.
func (s *Server) describe() ([]byte, error) {
	d := &describer{doc: &openapi3.T{
		OpenAPI: "3.0.3",
		Info: &openapi3.Info{Title: "Fundtrace", Version: "1", Description: "Amounts are whole minor units (fen) in strings. " +
			"Errors are RFC 9457 problem documents with a stable code. A write repeated under the same Idempotency-Key is recorded once."},
		Servers: openapi3.Servers{{URL: Base}},
		Paths:   openapi3.NewPaths(),
		Components: &openapi3.Components{Schemas: openapi3.Schemas{}, SecuritySchemes: openapi3.SecuritySchemes{
			"bearer": {Value: openapi3.NewSecurityScheme().WithType("http").WithScheme("bearer")},
			"cookie": {Value: openapi3.NewSecurityScheme().WithType("apiKey").WithIn("cookie").WithName(cookieName)},
		}},
	}}
	d.gen = openapi3gen.NewGenerator(openapi3gen.SchemaCustomizer(customize), openapi3gen.CreateTypeNameGenerator(typeName),
		openapi3gen.CreateComponentSchemas(openapi3gen.ExportComponentSchemasOptions{ExportComponentSchemas: true, ExportTopLevelSchema: true, ExportGenerics: true}))
	for i := range s.routes {
		if err := d.add(&s.routes[i]); err != nil {
			return nil, fmt.Errorf("describe %s %s: %w", s.routes[i].Method, s.routes[i].Path, err)
		}
	}
	data, err := json.MarshalIndent(d.doc, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the description: %w", err)
	}
	loaded, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("read the description back: %w", err)
	}
	if err := loaded.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("the description is not valid OpenAPI: %w", err)
	}
	return data, nil
}

type describer struct {
	doc *openapi3.T
	gen *openapi3gen.Generator
}

// schema answers a reference to the schema of a Go value's type.
func (d *describer) schema(v any) (*openapi3.SchemaRef, error) {
	return d.gen.NewSchemaRefForValue(v, d.doc.Components.Schemas)
}

func (d *describer) add(r *Route) error {
	op := openapi3.NewOperation()
	op.OperationID, op.Summary, op.Tags = r.Name, r.Summary, []string{r.Tag}
	op.Responses = openapi3.NewResponses()
	op.Responses.Delete("default")
	if r.who.signedIn {
		op.Security = &openapi3.SecurityRequirements{{"bearer": {}}, {"cookie": {}}}
		op.Extensions = map[string]any{"x-roles": r.who.roles()}
	} else {
		op.Security = openapi3.NewSecurityRequirements()
	}
	d.addParameters(op, r)
	if err := d.addBody(op, r); err != nil {
		return err
	}
	if err := d.addAnswers(op, r); err != nil {
		return err
	}
	d.doc.AddOperation(r.Path, r.Method, op)
	return nil
}

func (d *describer) addParameters(op *openapi3.Operation, r *Route) {
	for _, part := range strings.Split(r.Path, "/") {
		if strings.HasPrefix(part, "{") {
			op.AddParameter(openapi3.NewPathParameter(strings.Trim(part, "{}")).WithSchema(openapi3.NewStringSchema()))
		}
	}
	for _, q := range r.query {
		schema := openapi3.NewStringSchema()
		if q.number {
			schema = openapi3.NewIntegerSchema()
		}
		if q.date {
			schema.Format = "date"
		}
		for _, v := range q.values {
			schema.Enum = append(schema.Enum, v)
		}
		p := openapi3.NewQueryParameter(q.name).WithDescription(q.about).WithSchema(schema)
		p.Required = q.required
		op.AddParameter(p)
	}
	if r.Method == http.MethodPost && r.who.signedIn && !r.noted() {
		op.AddParameter(openapi3.NewHeaderParameter(idempotencyHeader).WithDescription("names the request: repeated under the same key it is recorded once").
			WithSchema(openapi3.NewStringSchema().WithMaxLength(ledger.MaxKey)))
	}
}

func (d *describer) addBody(op *openapi3.Operation, r *Route) error {
	content := openapi3.Content{}
	if r.body != nil {
		schema, err := d.schema(r.body)
		if err != nil {
			return err
		}
		content["application/json"] = openapi3.NewMediaType().WithSchemaRef(schema)
	}
	for _, m := range r.media {
		content[m] = openapi3.NewMediaType().WithSchema(bodySchema(m))
	}
	if len(content) > 0 {
		op.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).WithContent(content).
			WithDescription("at most " + strconv.FormatInt(r.limit>>10, 10) + " KiB")}
	}
	return nil
}

func bodySchema(media string) *openapi3.Schema {
	file := openapi3.NewStringSchema().WithFormat("binary")
	if media == "multipart/form-data" {
		return openapi3.NewObjectSchema().WithProperty("file", file)
	}
	return file
}

func (d *describer) addAnswers(op *openapi3.Operation, r *Route) error {
	good := openapi3.NewResponse().WithDescription(http.StatusText(r.status))
	if r.answer != nil {
		schema, err := d.schema(r.answer)
		if err != nil {
			return err
		}
		good.WithContent(openapi3.Content{"application/json": openapi3.NewMediaType().WithSchemaRef(schema)})
	} else if len(r.binary) > 0 {
		good.Content = openapi3.Content{}
		for _, m := range r.binary {
			good.Content[m] = openapi3.NewMediaType().WithSchema(openapi3.NewStringSchema().WithFormat("binary"))
		}
	}
	op.AddResponse(r.status, good)
	if _, writes := r.answer.(interface{ recordsSomething() }); writes {
		later := *good
		op.AddResponse(http.StatusAccepted, later.WithDescription("recorded but not yet visible, or outcome unknown: see outcome"))
	}
	if r.preview {
		schema, err := d.schema(Preview{})
		if err != nil {
			return err
		}
		op.AddResponse(http.StatusOK, openapi3.NewResponse().WithDescription("what would be recorded").
			WithContent(openapi3.Content{"application/json": openapi3.NewMediaType().WithSchemaRef(schema)}))
	}
	problem, err := d.schema(Problem{})
	if err != nil {
		return err
	}
	refused := openapi3.NewResponse().WithDescription("refused").
		WithContent(openapi3.Content{"application/problem+json": openapi3.NewMediaType().WithSchemaRef(problem)})
	op.Responses.Set("default", &openapi3.ResponseRef{Value: refused})
	return nil
}

// customize completes what reflection tells: which fields are always there, amounts in strings, enumerations.
func customize(name string, t reflect.Type, tag reflect.StructTag, schema *openapi3.Schema) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, options, _ := strings.Cut(tag.Get("json"), ",")
	if t.Kind() == reflect.Int64 && slices.Contains(strings.Split(options, ","), "string") {
		*schema = *openapi3.NewStringSchema().WithPattern(`^-?[0-9]+$`)
	}
	if t == reflect.TypeFor[json.RawMessage]() { // whatever the docs of the method say
		yes := true
		schema.AdditionalProperties = openapi3.AdditionalProperties{Has: &yes}
	}
	if values := tag.Get("enum"); values != "" {
		for _, v := range strings.Split(values, ",") {
			schema.Enum = append(schema.Enum, v)
		}
	}
	if t.Kind() == reflect.Struct && schema.Type.Is("object") {
		schema.Required = required(t)
		if t == reflect.TypeFor[ledger.Movement]() {
			if n := schema.Properties["n"]; n != nil && n.Value != nil { // set by the ledger: in answers only
				n.Value.ReadOnly = true
			}
		}
	}
	return nil
}

// required lists the fields that are in every JSON text of a type. A field of the type itself hides one of the same name
// that an embedded type has.
func required(t reflect.Type) []string {
	own := map[string]bool{}
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" || name == "" {
			continue
		}
		own[name] = true
		if !strings.Contains(options, "omit") {
			out = append(out, name)
		}
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Tag.Get("json") == "" && f.Type.Kind() == reflect.Struct {
			out = append(out, slices.DeleteFunc(required(f.Type), func(name string) bool { return own[name] })...)
		}
	}
	return out
}

// generic finds the type arguments in the name of a generic type.
var generic = regexp.MustCompile(`^(\w+)\[(.*)\]$`)

// typeName gives each Go type a name of its own in the description: those of other packages carry the package's name.
func typeName(t reflect.Type) string {
	prefix := ""
	if pkg := t.PkgPath(); pkg != "" && !strings.HasSuffix(pkg, "/api") {
		prefix = title(pkg[strings.LastIndexByte(pkg, '/')+1:])
	}
	if m := generic.FindStringSubmatch(t.Name()); m != nil {
		name := m[1] + "Of"
		for _, arg := range strings.Split(m[2], ",") {
			arg = arg[strings.LastIndexByte(arg, '/')+1:]
			for _, part := range strings.Split(arg, ".") {
				name += title(part)
			}
		}
		return prefix + name
	}
	return prefix + t.Name()
}

func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (s *Server) sendOpenAPI(c *call) { c.gin.Data(http.StatusOK, "application/json", s.openapi) }
