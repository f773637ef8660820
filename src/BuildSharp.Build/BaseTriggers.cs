using System.Globalization;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Build;

/// <summary>The ONBUILD instructions of a base image. They are not in the user's Dockerfile, so an error in one is reported at the FROM
/// line that names the base image, with the text of the instruction.</summary>
internal sealed class BaseTriggers
{
    private readonly IReadOnlyList<string> _texts;
    private readonly string _image;
    private readonly SourceSpan? _from;

    /// <summary>Parses the triggers.</summary>
    /// <param name="texts">One instruction each, heredocs included.</param>
    /// <param name="image">Name of the base image in messages.</param>
    /// <param name="from">The image name in the FROM line; null for the verb <c>from</c>, which has no Dockerfile.</param>
    /// <exception cref="DockerfileException">A trigger is not a valid instruction.</exception>
    public BaseTriggers(IReadOnlyList<string> texts, string image, SourceSpan? from)
    {
        (_texts, _image, _from) = (texts, image, from);
        try
        {
            // The grammar requires a FROM before other instructions; it does not become part of the result.
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

    /// <summary>The error moved to the FROM line, which the user can change.</summary>
    public DockerfileException Placed(DockerfileException error) => new([.. error.Diagnostics.Select(Placed)]);

    /// <summary>The failed command, likewise moved to the FROM line.</summary>
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
