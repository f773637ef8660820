namespace BuildSharp.Cli.Output.Templates;

/// <summary>A template in the language of Go's <c>text/template</c>, read once and run for each value. See
/// <see href="https://pkg.go.dev/text/template"/>.</summary>
internal sealed class GoTemplate
{
    private readonly string _name;
    private readonly IReadOnlyList<Node> _nodes;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Node>> _definitions;

    private GoTemplate(string name, IReadOnlyList<Node> nodes, IReadOnlyDictionary<string, IReadOnlyList<Node>> definitions) =>
        (_name, _nodes, _definitions) = (name, nodes, definitions);

    /// <summary>Reads a template.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="source">Its text.</param>
    /// <exception cref="TemplateException">It has a mistake.</exception>
    public static GoTemplate Parse(string name, string source)
    {
        var (nodes, definitions) = Parser.Parse(name, source);
        return new GoTemplate(name, nodes, definitions);
    }

    /// <summary>Runs it over <paramref name="root"/>.</summary>
    /// <exception cref="TemplateException">It asks for something that the value does not have.</exception>
    public string Render(GoValue root)
    {
        var evaluator = new Evaluator(_name, _definitions, root);
        evaluator.Run(_nodes, root);
        return evaluator.Text;
    }
}
