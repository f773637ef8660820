using System.Diagnostics;
using System.Text;
using BuildSharp.Notation;

namespace BuildSharp.Cli.Output.Templates;

/// <summary>Evaluates a template once, for one value.</summary>
internal sealed class Evaluator(string name, IReadOnlyDictionary<string, IReadOnlyList<Node>> definitions, GoValue root)
{
    // More than any template needs, and little enough for the stack.
    private const int DeepestCall = 1000;

    private readonly string _name = name;
    private readonly StringBuilder _text = new();
    private List<(string Name, GoValue Value)> _variables = [("$", root)];
    private string _running = name;
    private int _depth;

    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    /// <summary>The output so far.</summary>
    public string Text => _text.ToString();

    public void Run(IReadOnlyList<Node> nodes, GoValue dot) => RunList(nodes, dot);

    private Flow RunList(IReadOnlyList<Node> nodes, GoValue dot)
    {
        foreach (var node in nodes)
        {
            switch (node)
            {
                case Node.Literal literal:
                    _text.Append(literal.Text);
                    break;
                case Node.Action action:
                    var value = Evaluate(action.Pipeline, dot);
                    if (action.Pipeline.Variables.Count == 0)
                    {
                        _text.Append(GoPrinter.Print(value));
                    }

                    break;
                case Node.Call call:
                    RunCall(call, dot);
                    break;
                case Node.Jump jump:
                    return jump.IsBreak ? Flow.Break : Flow.Continue;
                default:
                    if (RunBlock(node, dot) is var flow and not Flow.Next)
                    {
                        return flow;
                    }

                    break;
            }
        }

        return Flow.Next;
    }

    // The called template sees only its argument, as dot and as $.
    private void RunCall(Node.Call call, GoValue dot)
    {
        if (!definitions.TryGetValue(call.Name, out var nodes))
        {
            throw Failure(call.Line, call.Column, call.Text, $"template {GoQuoting.Quote(call.Name)} not defined");
        }

        if (_depth == DeepestCall)
        {
            throw Failure(call.Line, call.Column, call.Text, $"exceeded maximum template depth ({DeepestCall})");
        }

        var argument = call.Argument is null ? GoValue.Missing : Evaluate(call.Argument, dot);
        var (variables, running) = (_variables, _running);
        (_variables, _running, _depth) = ([("$", argument)], call.Name, _depth + 1);
        RunList(nodes, argument);
        (_variables, _running, _depth) = (variables, running, _depth - 1);
    }

    // Variables declared in a block are removed at its end.
    private Flow RunBlock(Node node, GoValue dot)
    {
        var depth = _variables.Count;
        var flow = node switch
        {
            Node.Choice choice => RunChoice(choice, dot),
            Node.Loop loop => RunLoop(loop, dot),
            _ => throw new UnreachableException(),
        };
        _variables.RemoveRange(depth, _variables.Count - depth);
        return flow;
    }

    private Flow RunChoice(Node.Choice choice, GoValue dot)
    {
        var value = Evaluate(choice.Condition, dot);
        return value.IsEmpty
            ? RunList(choice.Else, dot)
            : RunList(choice.Then, choice.SetsDot ? value : dot);
    }

    private Flow RunLoop(Node.Loop loop, GoValue dot)
    {
        var over = Evaluate(loop.Over with { Variables = [] }, dot);
        IEnumerable<(GoValue Key, GoValue Value)> entries = over switch
        {
            GoValue.List list => list.Items.Select((item, at) => ((GoValue)new GoValue.Integer(at), item)),
            GoValue.Map map => map.Entries.Select(entry => ((GoValue)new GoValue.Text(entry.Key), entry.Value)),
            GoValue.Integer count => Enumerable.Range(0, (int)Math.Clamp(count.Value, 0, int.MaxValue))
                .Select(at => ((GoValue)new GoValue.Integer(at), (GoValue)new GoValue.Integer(at))),
            GoValue.Nil or GoValue.Absent => [],
            _ => throw Failure(loop.Over.Commands[0][0], $"range can't iterate over {GoPrinter.Print(over)}"),
        };
        var any = false;
        foreach (var (key, value) in entries)
        {
            any = true;
            var depth = _variables.Count;
            var names = loop.Over.Variables;
            if (names.Count == 2)
            {
                Assign(names[0], key, loop.Over.Declares);
            }

            if (names.Count > 0)
            {
                Assign(names[^1], value, loop.Over.Declares);
            }

            var flow = RunList(loop.Body, value);
            _variables.RemoveRange(depth, _variables.Count - depth);
            if (flow == Flow.Break)
            {
                break;
            }
        }

        return any ? Flow.Next : RunList(loop.Else, dot);
    }

    private GoValue Evaluate(Pipeline pipeline, GoValue dot)
    {
        GoValue? value = null;
        foreach (var command in pipeline.Commands)
        {
            value = Evaluate(command, value, dot);
        }

        foreach (var variable in pipeline.Variables)
        {
            Assign(variable, value!, pipeline.Declares);
        }

        return value!;
    }

    // The value of the previous pipeline stage is the last argument of a function; only functions accept one.
    private GoValue Evaluate(IReadOnlyList<Operand> command, GoValue? piped, GoValue dot)
    {
        if (command[0] is not Operand.Function function)
        {
            return command.Count > 1 || piped is not null
                ? throw Failure(command[0], $"can't give argument to non-function {command[0].Text}")
                : Value(command[0], dot);
        }

        var arguments = command.Skip(1).Select(operand => Value(operand, dot)).ToList();
        if (piped is not null)
        {
            arguments.Add(piped);
        }

        try
        {
            return Functions.Call(function.Name, arguments);
        }
        catch (FormatException error)
        {
            throw Failure(function, $"error calling {function.Name}: {error.Message}");
        }
    }

    private GoValue Value(Operand operand, GoValue dot)
    {
        var value = operand switch
        {
            Operand.Dot => dot,
            Operand.Variable variable => _variables.FindLast(entry => entry.Name == variable.Name).Value,
            Operand.Constant constant => constant.Value,
            Operand.Parenthesis parenthesis => Evaluate(parenthesis.Pipeline, dot),
            Operand.Function => Evaluate([operand], null, dot),
            _ => throw new UnreachableException(),
        };
        return operand.Fields.Aggregate(value, (current, field) => FieldOf(current, field, operand));
    }

    private GoValue FieldOf(GoValue value, string field, Operand operand) => value switch
    {
        GoValue.Struct item => item.Find(field)?.Value
            ?? throw Failure(operand, $"can't evaluate field {field} in type {item.TypeName}"),
        GoValue.Map map => map.Entries.GetValueOrDefault(field) ?? GoValue.Missing,
        GoValue.Nil => throw Failure(operand, $"nil pointer evaluating {field}"),
        GoValue.Absent => GoValue.Missing,
        _ => throw Failure(operand, $"can't evaluate field {field} in type {value.GoType}"),
    };

    private void Assign(string variable, GoValue value, bool declares)
    {
        var at = declares ? -1 : _variables.FindLastIndex(entry => entry.Name == variable);
        if (at >= 0)
        {
            _variables[at] = (variable, value);
        }
        else
        {
            _variables.Add((variable, value));
        }
    }

    private TemplateException Failure(Operand at, string message) => Failure(at.Line, at.Column, at.Text, message);

    private TemplateException Failure(int line, int column, string text, string message) =>
        new($"template: {_name}:{line}:{column}: executing {GoQuoting.Quote(_running)} at <{text}>: {message}");
}
