using BuildSharp.Notation;

namespace BuildSharp.Cli.Output.Templates;

/// <summary>Parses tokens into nodes. This file has the actions, <c>Parser.Pipelines.cs</c> what stands inside one.</summary>
internal sealed partial class Parser
{
    private readonly string _name;
    private readonly IReadOnlyList<Token> _tokens;
    private readonly Dictionary<string, IReadOnlyList<Node>> _definitions = new(StringComparer.Ordinal);
    private List<HashSet<string>> _scopes = [["$"]];
    private int _at;
    private int _loops;
    private bool _isInside;

    private Parser(string name, IReadOnlyList<Token> tokens) => (_name, _tokens) = (name, tokens);

    private Token Current => _tokens[_at];

    /// <summary>Parses a whole template and the templates that it defines.</summary>
    /// <exception cref="TemplateException">The template is invalid.</exception>
    public static (IReadOnlyList<Node> Nodes, IReadOnlyDictionary<string, IReadOnlyList<Node>> Definitions) Parse(string name, string source)
    {
        var parser = new Parser(name, Lexer.Read(name, source));
        var (nodes, end) = parser.ParseList();
        return end.Length == 0 ? (nodes, parser._definitions) : throw parser.Failure($"unexpected {{{{{end}}}}}");
    }

    // Parses up to {{end}}, {{else}} or the end of the template, and returns which; consumes the keyword but not what follows it.
    private (IReadOnlyList<Node> Nodes, string End) ParseList()
    {
        var nodes = new List<Node>();
        while (true)
        {
            var token = Current;
            _at++;
            switch (token.Kind)
            {
                case TokenKind.End:
                    _at--;
                    return (nodes, "");
                case TokenKind.Literal:
                    nodes.Add(new Node.Literal(token.Text, token.Line, token.Column));
                    continue;
            }

            _at--;
            SkipSpace();
            if (Current.Kind == TokenKind.Close)
            {
                // The lexer drops comments, so an action without tokens lacks its value.
                throw Failure("missing value for command");
            }

            if (Current is { Kind: TokenKind.Word, Text: "end" or "else" } word)
            {
                _at++;
                if (word.Text == "end")
                {
                    ExpectClose("end");
                }

                return (nodes, word.Text);
            }

            if (Current is { Kind: TokenKind.Word, Text: "define" } && !_isInside)
            {
                ParseDefinition();
            }
            else
            {
                nodes.Add(ParseAction());
            }
        }
    }

    private Node ParseAction()
    {
        var token = Current;
        if (token.Kind == TokenKind.Word)
        {
            switch (token.Text)
            {
                case "if" or "with":
                    _at++;
                    return ParseChoice(token.Text, token);
                case "range":
                    _at++;
                    return ParseLoop(token);
                case "break" or "continue":
                    _at++;
                    if (_loops == 0)
                    {
                        throw Failure($"{{{{{token.Text}}}}} outside {{{{range}}}}");
                    }

                    ExpectClose(token.Text);
                    return new Node.Jump(token.Text == "break", token.Line, token.Column);
                case "template":
                    _at++;
                    return ParseCall(token);
                case "block":
                    _at++;
                    return ParseBlock(token);
                case "define":
                    throw Failure("unexpected <define> in command");
            }
        }

        var pipeline = ParsePipeline("command");
        ExpectClose("command");
        return new Node.Action(pipeline, token.Line, token.Column);
    }

    // {{define "name"}}…{{end}} is allowed at the top level only and produces no output.
    private void ParseDefinition()
    {
        _at++;
        var name = ParseName("define");
        ExpectClose("define clause");
        Define(name);
    }

    private Node.Call ParseCall(Token start)
    {
        var name = ParseName("template");
        SkipSpace();
        var argument = Current.Kind == TokenKind.Close ? null : ParsePipeline("template clause");
        var call = new Node.Call(name, argument, $"{{{{template {GoQuoting.Quote(name)}}}}}", start.Line, start.Column);
        ExpectClose("template clause");
        return call;
    }

    // {{block "name" pipeline}}…{{end}} defines a template and calls it in place.
    private Node.Call ParseBlock(Token start)
    {
        var name = ParseName("block");
        var argument = ParsePipeline("block clause");
        ExpectClose("block clause");
        Define(name);
        return new Node.Call(name, argument, $"{{{{template {GoQuoting.Quote(name)}}}}}", start.Line, start.Column);
    }

    // The body cannot use the variables and loops around it.
    private void Define(string name)
    {
        var (scopes, loops, isInside) = (_scopes, _loops, _isInside);
        (_scopes, _loops, _isInside) = ([["$"]], 0, true);
        var (nodes, end) = ParseList();
        RequireEnd(end);
        (_scopes, _loops, _isInside) = (scopes, loops, isInside);
        if (IsBlank(nodes) && _definitions.ContainsKey(name))
        {
            return;
        }

        if (_definitions.TryGetValue(name, out var earlier) && !IsBlank(earlier))
        {
            throw Failure($"template: multiple definition of template {GoQuoting.Quote(name)}");
        }

        _definitions[name] = nodes;
    }

    private static bool IsBlank(IReadOnlyList<Node> nodes) => nodes.All(node => node is Node.Literal literal && string.IsNullOrWhiteSpace(literal.Text));

    private string ParseName(string keyword)
    {
        SkipSpace();
        if (Current.Kind != TokenKind.Text)
        {
            throw Failure($"unexpected {Shown(Current)} in {keyword} clause");
        }

        return _tokens[_at++].Text;
    }

    private Node.Choice ParseChoice(string keyword, Token token)
    {
        _scopes.Add([]);
        var condition = ParsePipeline(keyword);
        ExpectClose(keyword);
        var wasInside = _isInside;
        _isInside = true;
        var (then, end) = ParseList();
        IReadOnlyList<Node> otherwise = [];
        if (end == "else")
        {
            SkipSpace();
            if (Current is { Kind: TokenKind.Word, Text: "if" or "with" } chained)
            {
                // {{else if}} shares the {{end}} of the outer {{if}}.
                _at++;
                otherwise = [ParseChoice(chained.Text, chained)];
                end = "end";
            }
            else
            {
                ExpectClose("else");
                (otherwise, end) = ParseList();
            }
        }

        RequireEnd(end);
        _isInside = wasInside;
        _scopes.RemoveAt(_scopes.Count - 1);
        return new Node.Choice(condition, then, otherwise, keyword == "with", token.Line, token.Column);
    }

    private Node.Loop ParseLoop(Token token)
    {
        _scopes.Add([]);
        var over = ParsePipeline("range");
        ExpectClose("range");
        _loops++;
        var wasInside = _isInside;
        _isInside = true;
        var (body, end) = ParseList();
        _loops--;
        IReadOnlyList<Node> otherwise = [];
        if (end == "else")
        {
            ExpectClose("else");
            (otherwise, end) = ParseList();
        }

        RequireEnd(end);
        _isInside = wasInside;
        _scopes.RemoveAt(_scopes.Count - 1);
        return new Node.Loop(over, body, otherwise, token.Line, token.Column);
    }

    private void RequireEnd(string end)
    {
        if (end != "end")
        {
            throw Failure(end.Length == 0 ? "unexpected EOF" : $"unexpected {{{{{end}}}}}");
        }
    }

    private bool IsDeclared(string name) => _scopes.Exists(scope => scope.Contains(name));

    private void SkipSpace()
    {
        while (Current.Kind == TokenKind.Space)
        {
            _at++;
        }
    }

    private void ExpectClose(string context)
    {
        SkipSpace();
        if (Current.Kind != TokenKind.Close)
        {
            throw Failure($"unexpected {Shown(Current)} in {context}");
        }

        _at++;
    }

    private static string Shown(Token token) => token.Kind == TokenKind.End ? "EOF" : $"<{token.Text}>";

    private TemplateException Failure(string message) => new($"template: {_name}:{Current.Line}: {message}");
}
