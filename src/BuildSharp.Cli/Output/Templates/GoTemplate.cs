namespace BuildSharp.Cli.Output.Templates;

/// <summary>A template in the language of Go's <c>text/template</c>, parsed once and rendered for each value. See
/// <see href="https://pkg.go.dev/text/template"/>.</summary>
internal sealed class GoTemplate
{
    private readonly string _name;
    private readonly IReadOnlyList<Node> _nodes;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Node>> _definitions;

    private GoTemplate(string name, IReadOnlyList<Node> nodes, IReadOnlyDictionary<string, IReadOnlyList<Node>> definitions) =>
        (_name, _nodes, _definitions) = (name, nodes, definitions);

    /// <summary>Parses a template.</summary>
    /// <param name="name">Name in messages.</param>
    /// <param name="source">Text of the template.</param>
    /// <exception cref="TemplateException">The template is invalid.</exception>
    public static GoTemplate Parse(string name, string source)
    {
        var (nodes, definitions) = Parser.Parse(name, source);
        return new GoTemplate(name, nodes, definitions);
    }

    /// <summary>Renders the template for <paramref name="root"/>.</summary>
    /// <exception cref="TemplateException">The template uses something that the value does not have.</exception>
    public string Render(GoValue root)
    {
        var evaluator = new Evaluator(_name, _definitions, root);
        evaluator.Run(_nodes, root);
        return evaluator.Text;
    }
}
