namespace BuildSharp.Cli.Output.Templates;

/// <summary>A template in the language of Go's <c>text/template</c> (cli.md §6.2 names the subset), read once and run for each value.</summary>
internal sealed class GoTemplate
{
    private readonly string _name;
    private readonly IReadOnlyList<Node> _nodes;

    private GoTemplate(string name, IReadOnlyList<Node> nodes) => (_name, _nodes) = (name, nodes);

    /// <summary>Reads a template.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="source">Its text.</param>
    /// <exception cref="TemplateException">It has a mistake.</exception>
    public static GoTemplate Parse(string name, string source) => new(name, Parser.Parse(name, source));

    /// <summary>Runs it over <paramref name="root"/>.</summary>
    /// <exception cref="TemplateException">It asks for something that the value does not have.</exception>
    public string Render(GoValue root)
    {
        var evaluator = new Evaluator(_name, root);
        evaluator.Run(_nodes, root);
        return evaluator.Text;
    }
}
