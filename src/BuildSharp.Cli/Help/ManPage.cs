using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Help;

/// <summary>Writes manual pages from the same flag tables as <c>--help</c>.</summary>
/// <remarks>Uses the macros of man(7).</remarks>
internal sealed class ManPage(string program, TextWriter output)
{
    /// <summary>Writes <c>PROGRAM.1</c>, and <c>PROGRAM-VERB.1</c> for every verb that help lists, into a directory, which is created when
    /// missing.</summary>
    /// <exception cref="BuildSharpException">A file cannot be written.</exception>
    public static void WriteAll(string directory, string program)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using (var output = Open(program))
            {
                new ManPage(program, output).WriteRoot();
            }

            foreach (var entry in VerbTable.All.Where(entry => !entry.Create().Hidden))
            {
                using var output = Open($"{program}-{entry.Name}");
                new ManPage(program, output).Write(entry);
            }

            // The others are the same without the word.
            foreach (var entry in SkopeoTable.All.Where(entry => VerbTable.Find(entry.Name)?.Create().GetType() != entry.Create().GetType()))
            {
                using var output = Open($"{program}-{SkopeoDispatch.Word}-{entry.Name}");
                new ManPage($"{program} {SkopeoDispatch.Word}", output).Write(entry);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"writing manual pages to {directory}: {error.Message}", error);
        }

        StreamWriter Open(string page) => new(Path.Combine(directory, page + ".1")) { NewLine = "\n" };
    }

    /// <summary>Writes the page of the program: its verbs and the global flags.</summary>
    private void WriteRoot()
    {
        Begin(program, "build container images");
        Section("SYNOPSIS", $".B {Text(program)}\n[flags] command [arguments]");
        Section("DESCRIPTION", Text("Builds container images, from verbs in a script or from a Containerfile, in the storage that podman and buildah use."));
        var verbs = VerbTable.All.Select(entry => (entry.Name, Verb: entry.Create())).Where(row => !row.Verb.Hidden).ToList();
        foreach (var group in verbs.GroupBy(row => row.Verb.Group).OrderBy(group => group.Key))
        {
            output.WriteLine($".SH {group.Key.ToString().ToUpperInvariant()} COMMANDS");
            foreach (var (name, verb) in group.OrderBy(row => row.Name, StringComparer.Ordinal))
            {
                output.WriteLine($".TP\n.BR {Text($"{program}-{name}")} (1)\n{Text(verb.Summary)}");
            }
        }

        Options([GlobalFlags.Version, .. GlobalFlags.All]);
        Section("EXIT STATUS", Text("0 on success; 125 when the program itself fails; run ends with the status of its command."));
        Section("SEE ALSO", string.Join(",\n", verbs.Select(row => $".BR {Text($"{program}-{row.Name}")} (1)")));
    }

    /// <summary>Writes the page of one verb.</summary>
    private void Write(VerbEntry entry)
    {
        var verb = entry.Create();
        Begin($"{program}-{entry.Name}".Replace(' ', '-'), verb.Summary);
        output.WriteLine(".SH SYNOPSIS");
        foreach (var name in entry.Aliases.Prepend(entry.Name))
        {
            output.WriteLine($".B {Text($"{program} {name}")}\n{Text(verb.Synopsis)}\n.br");
        }

        output.WriteLine(".SH DESCRIPTION");
        Paragraphs(verb.Description);
        Options(new FlagSet(verb.Flags).All);
        if (verb.Examples.Count > 0)
        {
            output.WriteLine(".SH EXAMPLES\n.nf");
            foreach (var example in verb.Examples)
            {
                output.WriteLine(Text($"{program} {example}"));
            }

            output.WriteLine(".fi");
        }

        Section("SEE ALSO", $".BR {Text(program.Replace(' ', '-'))} (1)");
    }

    private void Begin(string page, string summary)
    {
        output.WriteLine($".TH {Text(page.ToUpperInvariant())} 1 \"\" \"buildsharp {BuildSharpVersion.Number}\" \"BuildSharp Manual\"");
        Section("NAME", $"{Text(page)} \\- {Text(char.ToLowerInvariant(summary[0]) + summary[1..])}");
    }

    private void Section(string heading, string body) => output.WriteLine($".SH {heading}\n{body}");

    private void Options(IEnumerable<FlagDefinition> flags)
    {
        var visible = flags.Where(flag => !flag.Hidden).OrderBy(flag => flag.Name, StringComparer.Ordinal).ToList();
        if (visible.Count == 0)
        {
            return;
        }

        output.WriteLine(".SH OPTIONS");
        foreach (var flag in visible)
        {
            output.WriteLine(".TP");
            output.WriteLine(flag.ValueName.Length > 0 && flag.Kind != FlagKind.Bool
                ? $"\\fB{Text(flag.Spelling)}\\fR \\fI{Text(flag.ValueName)}\\fR"
                : $"\\fB{Text(flag.Spelling)}\\fR");
            output.WriteLine(Text(FlagHelp.Describe(flag)));
        }
    }

    /// <summary>Writes a description. Blank lines separate paragraphs; indented lines keep their layout.</summary>
    private void Paragraphs(string description)
    {
        foreach (var paragraph in description.Split("\n\n"))
        {
            var isLaidOut = paragraph.Split('\n').Any(line => line.StartsWith(' '));
            output.WriteLine(isLaidOut ? $".PP\n.nf\n{Text(paragraph)}\n.fi" : $".PP\n{Text(paragraph)}");
        }
    }

    /// <summary>Escapes text that groff would read as a macro or an escape sequence.</summary>
    private static string Text(string text) => string.Join('\n', text.Split('\n').Select(Line));

    private static string Line(string line)
    {
        var escaped = line.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal)
            .Replace("'", "\\(aq", StringComparison.Ordinal).Replace("~", "\\(ti", StringComparison.Ordinal).Replace("^", "\\(ha", StringComparison.Ordinal);
        return escaped.StartsWith('.') ? "\\&" + escaped : escaped;
    }
}
