using System.Globalization;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build;

/// <summary>What the ONBUILD instructions of one base ask for. They stand in no file of the user's: what goes wrong with one is told at the
/// FROM line that brought it, with its text and the image it comes from.</summary>
internal sealed class BaseTriggers
{
    private readonly IReadOnlyList<string> _texts;
    private readonly string _image;
    private readonly SourceSpan? _from;

    /// <summary>Reads the triggers.</summary>
    /// <param name="texts">One instruction each, heredocs included.</param>
    /// <param name="image">What to call the base.</param>
    /// <param name="from">The image's name in the FROM line; null where there is none, as for the verb <c>from</c>.</param>
    /// <exception cref="DockerfileException">One is no instruction.</exception>
    public BaseTriggers(IReadOnlyList<string> texts, string image, SourceSpan? from)
    {
        (_texts, _image, _from) = (texts, image, from);
        try
        {
            // The grammar of a file asks for a FROM; it is not part of the result.
            var sources = texts.Select((text, index) => new SourceText(text + "\n", Origin(index)));
            Instructions = DockerfileParser.Parse([new SourceText("FROM scratch\n", image), .. sources]).Stages[0].Instructions;
        }
        catch (DockerfileException error)
        {
            throw Placed(error);
        }
    }

    /// <summary>The instructions, in order.</summary>
    public IReadOnlyList<Instruction> Instructions { get; }

    /// <summary>The same failure at the place where the user can do something about it.</summary>
    public DockerfileException Placed(DockerfileException error) => new([.. error.Diagnostics.Select(Placed)]);

    /// <summary>A command's failure, likewise.</summary>
    public StepFailedException Placed(StepFailedException error) =>
        _from is { } from ? error.At(from, Says(error.Span)) : error;

    private Diagnostic Placed(Diagnostic diagnostic) =>
        _from is { } from ? diagnostic with { Span = from, Hints = [.. diagnostic.Hints, Says(diagnostic.Span)] } : diagnostic;

    private string Says(SourceSpan span)
    {
        var index = Enumerable.Range(0, _texts.Count).First(index => Origin(index) == span.FileName);
        var lines = _texts[index].Split('\n', 2);
        return $"{span.FileName} is: {lines[0]}{(lines.Length > 1 ? " …" : "")}";
    }

    private string Origin(int index) => string.Create(CultureInfo.InvariantCulture, $"ONBUILD {index + 1} of {_image}");
}
