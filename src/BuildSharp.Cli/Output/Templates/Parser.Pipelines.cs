using BuildSharp.Notation;

namespace BuildSharp.Cli.Output.Templates;

/// <content>Pipelines, commands and operands.</content>
internal sealed partial class Parser
{
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
                return NumberLiteral.TryParse(token.Text, out var number)
                    ? new Operand.Constant(number, token.Line, token.Column)
                    : throw Failure($"bad number syntax: {GoQuoting.Quote(token.Text)}");
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
}
