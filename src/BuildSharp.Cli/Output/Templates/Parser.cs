using System.Globalization;
using BuildSharp.Notation;

namespace BuildSharp.Cli.Output.Templates;

/// <summary>Parses tokens into nodes.</summary>
internal sealed class Parser
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

    private Pipeline ParsePipeline(string context)
    {
        SkipSpace();
        var (variables, declares) = ParseAssignment(allowsTwo: context == "range");
        var commands = new List<IReadOnlyList<Operand>>();
        while (true)
        {
            var command = ParseCommand();
            if (command.Count == 0)
            {
                throw Failure($"missing value for {context}");
            }

            if (commands.Count > 0 && command[0] is Operand.Constant)
            {
                throw Failure($"non executable command in pipeline stage {commands.Count + 1}");
            }

            commands.Add(command);
            if (Current is not { Kind: TokenKind.Symbol, Text: "|" })
            {
                return Declared(new Pipeline(variables, declares, commands));
            }

            _at++;
        }
    }

    private Pipeline Declared(Pipeline pipeline)
    {
        if (pipeline.Declares)
        {
            _scopes[^1].UnionWith(pipeline.Variables);
        }

        return pipeline;
    }

    // Parses "$x :=", "$x =" and, for range, "$i, $x :=". Anything else that begins with a variable is an operand.
    private (IReadOnlyList<string> Variables, bool Declares) ParseAssignment(bool allowsTwo)
    {
        var start = _at;
        var names = new List<string>();
        while (Current.Kind == TokenKind.Variable)
        {
            names.Add(Current.Text);
            _at++;
            SkipSpace();
            if (Current is { Kind: TokenKind.Symbol, Text: ":=" or "=" } sign)
            {
                _at++;
                SkipSpace();
                if (sign.Text == "=" && names.Find(name => !IsDeclared(name)) is { } unknown)
                {
                    throw Failure($"undefined variable {GoQuoting.Quote(unknown)}");
                }

                return (names, sign.Text == ":=");
            }

            if (!allowsTwo || names.Count == 2 || Current is not { Kind: TokenKind.Symbol, Text: "," })
            {
                break;
            }

            _at++;
            SkipSpace();
        }

        _at = start;
        return ([], false);
    }

    private List<Operand> ParseCommand()
    {
        var operands = new List<Operand>();
        while (true)
        {
            SkipSpace();
            if (ParseOperand() is not { } operand)
            {
                return operands;
            }

            operands.Add(operand);
            if (Current.Kind is not (TokenKind.Space or TokenKind.Close) && Current is not { Kind: TokenKind.Symbol, Text: "|" or ")" })
            {
                throw Failure($"unexpected {Shown(Current)} in operand");
            }
        }
    }

    private Operand? ParseOperand()
    {
        var token = Current;
        _at++;
        switch (token.Kind)
        {
            case TokenKind.Dot:
                return new Operand.Dot([], token.Line, token.Column);
            case TokenKind.Field:
                _at--;
                return new Operand.Dot(ParseFields(), token.Line, token.Column);
            case TokenKind.Variable:
                return IsDeclared(token.Text)
                    ? new Operand.Variable(token.Text, ParseFields(), token.Line, token.Column)
                    : throw Failure($"undefined variable {GoQuoting.Quote(token.Text)}");
            case TokenKind.Text:
                return new Operand.Constant(new GoValue.Text(token.Text), token.Line, token.Column);
            case TokenKind.Number:
                return new Operand.Constant(Number(token.Text), token.Line, token.Column);
            case TokenKind.Word when token.Text is "true" or "false":
                return new Operand.Constant(new GoValue.Bool(token.Text == "true"), token.Line, token.Column);
            case TokenKind.Word when token.Text is "nil":
                return new Operand.Constant(GoValue.None, token.Line, token.Column);
            case TokenKind.Word:
                return Functions.Exists(token.Text)
                    ? new Operand.Function(token.Text, token.Line, token.Column)
                    : throw Failure($"function {GoQuoting.Quote(token.Text)} not defined");
            case TokenKind.Symbol when token.Text == "(":
                var inner = ParsePipeline("parenthesized pipeline");
                if (Current is not { Kind: TokenKind.Symbol, Text: ")" })
                {
                    throw Failure("unclosed left paren");
                }

                _at++;
                return new Operand.Parenthesis(inner, ParseFields(), token.Line, token.Column);
            default:
                _at--;
                return null;
        }
    }

    private List<string> ParseFields()
    {
        var fields = new List<string>();
        for (; Current.Kind == TokenKind.Field; _at++)
        {
            fields.Add(Current.Text);
        }

        return fields;
    }

    private GoValue Number(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var negative = digits.StartsWith('-');
        var magnitude = digits.TrimStart('-', '+');
        if (magnitude.Length > 1 && magnitude[0] == '0' && TryReadInBase(magnitude, out var based))
        {
            return new GoValue.Integer(negative ? -based : based);
        }

        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return new GoValue.Integer(whole);
        }

        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
        {
            throw Failure($"bad number syntax: {GoQuoting.Quote(text)}");
        }

        // A number without a point and with an integral value is an integer, even with an exponent.
        return !digits.Contains('.') && Math.Abs(real) < 1e18 && Math.Truncate(real) == real ? new GoValue.Integer((long)real) : new GoValue.Float(real);
    }

    // 0x1F, 0b11, 0o17 and 017.
    private static bool TryReadInBase(string text, out long value)
    {
        var (numberBase, start) = char.ToLowerInvariant(text[1]) switch
        {
            'x' => (16, 2),
            'b' => (2, 2),
            'o' => (8, 2),
            _ => (8, 1),
        };
        value = 0;
        foreach (var letter in text.AsSpan(start))
        {
            var digit = char.IsAsciiHexDigit(letter) ? Convert.ToInt32(letter.ToString(), 16) : numberBase;
            if (digit >= numberBase || value > (long.MaxValue - digit) / numberBase)
            {
                return false;
            }

            value = (value * numberBase) + digit;
        }

        return text.Length > start;
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
