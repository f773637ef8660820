using BuildSharp.Cli;

namespace BuildSharp.Tests.Cli;

/// <summary>Runs command lines inside the test's process, with streams, environment and clock of its own.</summary>
internal sealed class CommandLine
{
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Input { get; set; } = "";

    /// <summary>Bytes on standard input instead of <see cref="Input"/>.</summary>
    public byte[]? InputBytes { get; set; }

    public string Directory { get; set; } = "/";

    /// <summary>Name by which the program is called.</summary>
    public string Program { get; set; } = "buildsharp";

    /// <summary>Surroundings whose output nobody reads.</summary>
    public Surroundings Surroundings => SurroundingsWith(TextWriter.Null, TextWriter.Null);

    public (int Status, string Out, string Error) Run(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var surroundings = SurroundingsWith(output, error);
        using var interrupt = new Interrupt();
        var status = Launcher.RunAsync(words, surroundings, interrupt).GetAwaiter().GetResult();
        return (status, output.ToString(), error.ToString());
    }

    private Surroundings SurroundingsWith(TextWriter output, TextWriter error) => new()
    {
        Program = Program,
        Out = output,
        Error = error,
        OpenInput = () => new MemoryStream(InputBytes ?? System.Text.Encoding.UTF8.GetBytes(Input)),
        Environment = Environment,
        WorkingDirectory = Directory,
        Clock = TimeProvider.System,
    };
}
