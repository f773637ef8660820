using BuildSharp.Cli.Output;
using BuildSharp.Cli.Output.Templates;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class GoTemplateTests
{
    private static readonly GoValue Value = new GoValue.Struct("image",
    [
        new GoField("Name", "name", new GoValue.Text("app")),
        new GoField("Size", "size", new GoValue.Integer(12)),
        new GoField("ReadOnly", "readonly", new GoValue.Bool(false), OmitEmpty: true),
        new GoField("Created", "created", new GoValue.Time(Timestamp.Parse("2026-11-21T21:20:43.013Z"))),
        new GoField("Env", "env", GoValue.Texts(["A=1", "B=<2>"])),
        new GoField("Cmd", "cmd", GoValue.Texts(null), OmitEmpty: true),
        new GoField("Labels", "labels", GoValue.TextMap([new("b.c", "2"), new("a", "1")])),
        new GoField("Parent", "parent", GoValue.None),
        new GoField("Wait", "", new GoValue.Duration(90_000_000_000)),
        GoField.Embedded("Platform", new GoValue.Struct("platform", [new GoField("OS", "os", new GoValue.Text("linux"))])),
        new GoField("Config", "config", new GoValue.Struct("config", [new GoField("User", "user", new GoValue.Text("u"))])),
    ]);

    private static string Render(string template) => GoTemplate.Parse("t", template).Render(Value);

    [Theory]
    [InlineData("x{{.Name}}y", "xappy")]
    [InlineData("{{.name}} {{.Config.user}}", "app u")]
    [InlineData("{{ $.Config.User }}", "u")]
    [InlineData("{{.Env}} {{.Cmd}} {{.Labels}} {{.Config}}", "[A=1 B=<2>] [] map[a:1 b.c:2] {u}")]
    [InlineData("{{.Created}}", "2026-11-21 21:20:43.013 +0000 UTC")]
    [InlineData("{{.Labels.a}} {{.Labels.zzz}} {{.Parent}}", "1 <no value> <nil>")]
    [InlineData("{{index .Labels \"b.c\"}}|{{index .Labels \"no\"}}|{{index .Env 0}}", "2||A=1")]
    [InlineData("{{range .Env}}<{{.}}>{{else}}none{{end}}", "<A=1><B=<2>>")]
    [InlineData("{{range .Cmd}}x{{else}}none{{end}}", "none")]
    [InlineData("{{range $i, $e := .Env}}{{$i}}={{$e}} {{end}}", "0=A=1 1=B=<2> ")]
    [InlineData("{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", "a=1;b.c=2;")]
    [InlineData("{{range $i, $e := .Env}}{{if $i}}{{break}}{{end}}{{$e}}{{end}}", "A=1")]
    [InlineData("{{range $i, $e := .Env}}{{if eq $i 0}}{{continue}}{{end}}{{$e}}{{end}}", "B=<2>")]
    [InlineData("{{if .ReadOnly}}ro{{else if .Size}}rw{{else}}?{{end}}", "rw")]
    [InlineData("{{with .Config}}{{.User}}{{$.Name}}{{end}}{{with .Cmd}}x{{else}}e{{end}}", "uappe")]
    [InlineData("a {{- /* gone */ -}} b", "ab")]
    [InlineData("a  {{- .Name -}}\n b", "aappb")]
    [InlineData("{{$x := .Name}}{{$x}}{{$x = \"n\"}}{{$x}}", "appn")]
    [InlineData("{{(index .Env 1) | printf \"%s!\"}}", "B=<2>!")]
    [InlineData("{{printf \"%-5s|%5d|%05d|%q|%v|%%|%.2s\" .Name .Size .Size .Name .Env .Name}}", "app  |   12|00012|\"app\"|[A=1 B=<2>]|%|ap")]
    [InlineData("{{printf \"%d\" .Name}}{{print 1 2 \"a\" 3}}", "%!d(string=app)1 2a3")]
    [InlineData("{{println .Name}}{{\"\\n\"}}{{`raw\\n`}}", "app\n\nraw\\n")]
    [InlineData("{{len .Env}} {{len .Name}} {{not .ReadOnly}}", "2 3 true")]
    [InlineData("{{and .Name .Size}} {{or .Cmd .Name}} {{eq .Size 3 12}} {{ne .Name \"b\"}} {{lt .Size 13}} {{ge .Size 13}}", "12 app true true true false")]
    [InlineData("{{slice .Name 1 3}} {{html \"<a>\"}}", "pp &lt;a&gt;")]
    [InlineData("{{json .Env}} {{.Labels | json}} {{json .Name}} {{json .Cmd}}", "[\"A=1\",\"B=<2>\"] {\"a\":\"1\",\"b.c\":\"2\"} \"app\" null")]
    [InlineData("{{join .Env \",\"}} {{split .Name \"p\"}} {{upper .Name}} {{title .Name}} {{truncate .Name 2}}[{{pad .Name 1 2}}]", "A=1,B=<2> [a  ] APP App ap[ app  ]")]
    [InlineData("{{true}} {{nil | print}} {{-3}} {{0x10}}", "true <nil> -3 16")]
    [InlineData("{{0b11}} {{0o17}} {{017}} {{1e3}} {{1_000}} {{-0x1F}} {{2.5}} {{'a'}} {{'\\n'}}", "3 15 15 1000 1000 -31 2.5 97 10")]
    [InlineData("{{\"\\x41\\101\\u00e9\\U0001F600\"}}", "AAé😀")]
    [InlineData("{{define \"x\"}}[{{.}}]{{end}}{{range .Env}}{{template \"x\" .}}{{end}}", "[A=1][B=<2>]")]
    [InlineData("{{template \"x\" .Name}}{{define \"x\"}}{{$}}{{end}}", "app")]
    [InlineData("{{block \"x\" .Env}}{{len .}}{{end}}{{template \"x\" .Name}}", "23")]
    [InlineData("{{define \"x\"}}{{.}}{{end}}{{template \"x\"}}", "<no value>")]
    [InlineData("{{define \"x\"}}a{{end}}", "")]
    [InlineData("{{.Wait}} {{json .Wait}} {{eq .Wait 90000000000}} {{gt .Wait 5}}", "1m30s 90000000000 true true")]
    [InlineData("{{.Platform.OS}} {{.OS}} {{.os}}", "linux linux linux")]
    public void A_template_prints_what_go_prints(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{.Nope}}", "template: t:1:2: executing \"t\" at <.Nope>: can't evaluate field Nope in type image")]
    [InlineData("\n{{index .Env 7}}", "template: t:2:2: executing \"t\" at <index>: error calling index: index out of range: 7")]
    [InlineData("{{if}}x{{end}}", "template: t:1: missing value for if")]
    [InlineData("{{.Name", "template: t:1: unclosed action")]
    [InlineData("{{if .Name}}", "template: t:1: unexpected EOF")]
    [InlineData("{{end}}", "template: t:1: unexpected {{end}}")]
    [InlineData("{{nosuch .Name}}", "template: t:1: function \"nosuch\" not defined")]
    [InlineData("{{$x}}", "template: t:1: undefined variable \"$x\"")]
    [InlineData("{{break}}", "template: t:1: {{break}} outside {{range}}")]
    [InlineData("{{template \"x\"}}", "template: t:1:2: executing \"t\" at <{{template \"x\"}}>: template \"x\" not defined")]
    [InlineData("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}", "template: t:1:16: executing \"x\" at <{{template \"x\"}}>: exceeded maximum template depth (1000)")]
    [InlineData("{{define \"x\"}}a{{end}}{{define \"x\"}}b{{end}}", "template: t:1: template: multiple definition of template \"x\"")]
    [InlineData("{{if .Name}}{{define \"x\"}}a{{end}}{{end}}", "template: t:1: unexpected <define> in command")]
    [InlineData("{{$a := 1}}{{define \"x\"}}{{$a}}{{end}}", "template: t:1: undefined variable \"$a\"")]
    [InlineData("{{range .Env}}{{block \"x\" .}}{{break}}{{end}}{{end}}", "template: t:1: {{break}} outside {{range}}")]
    [InlineData("{{define \"x\"}}{{.Nope}}{{end}}{{template \"x\" .}}", "template: t:1:16: executing \"x\" at <.Nope>: can't evaluate field Nope in type image")]
    [InlineData("{{define x}}a{{end}}", "template: t:1: unexpected <x> in define clause")]
    [InlineData("{{block \"x\"}}a{{end}}", "template: t:1: missing value for block clause")]
    public void A_mistake_in_a_template_says_where_it_is(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Render(template)).Message);

    [Fact]
    public void Json_keeps_field_order_and_leaves_out_what_is_empty()
    {
        Assert.Equal(
            """{"name":"app","size":12,"created":"2026-11-21T21:20:43.013Z","env":["A=1","B=<2>"],"labels":{"a":"1","b.c":"2"},"parent":null,"os":"linux","config":{"user":"u"}}""",
            GoValueJson.Compact(Value));
        Assert.Equal("{\n    \"env\": [\n        \"\\u003c\"\n    ],\n    \"none\": []\n}", GoValueJson.Indented(
            new GoValue.Struct("x", [new GoField("Env", "env", GoValue.Texts(["<"])), new GoField("None", "none", GoValue.Texts([]))])));
    }
}
