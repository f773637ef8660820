using System.Text;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Which case of grammar/cases reaches which message of the room: a sentence that none reaches nobody has seen yet.</summary>
public partial class MessageCoverageTests
{
    private static readonly string Cases = Path.Combine(Checkout.Root, "grammar", "cases");

    /// <summary>What takes 16 million characters, 65,536 lines or 500 million steps is no case; LongLineTests, TreeTests and HostileInputTests
    /// get there.</summary>
    private static readonly string[] TooLarge =
    [
        "the values of ENV and ARG come to more than … characters", "a Dockerfile has at most … instructions, and this is one more",
        "pattern and value are too long for each other",
    ];

    [Fact]
    public void Every_message_is_reached_by_a_case()
    {
        var told = Directory.EnumerateFiles(Cases, "*.txt", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is "findings.txt" or "expanded.txt").Order(StringComparer.Ordinal)
            .SelectMany(path => File.ReadLines(path).Select(line => (Case: Path.GetFileName(Path.GetDirectoryName(path)!), Line: line)))
            .Where(line => line.Line.Contains(" error: ", StringComparison.Ordinal) || line.Line.Contains(" warning: ", StringComparison.Ordinal)).ToList();
        var list = new StringBuilder();
        var unreached = new List<string>();
        foreach (var (pattern, shown) in Messages().DistinctBy(message => message.Shown).OrderBy(message => message.Shown, StringComparer.Ordinal))
        {
            var cases = told.Where(line => Regex.IsMatch(line.Line, pattern)).Select(line => line.Case).Distinct().ToList();
            if (cases.Count == 0 && !TooLarge.Contains(shown))
            {
                unreached.Add(shown);
            }
            else if (cases.Count > 0)
            {
                list.Append(shown).Append("\n    ").AppendJoin(", ", cases).Append('\n');
            }
        }

        Assert.True(unreached.Count == 0, $"No case in grammar/cases reaches\n{string.Join('\n', unreached)}");
        Match(list.ToString());
    }

    /// <summary>The sentences of the sources that find something wrong with an instruction.</summary>
    private static IEnumerable<(string Pattern, string Shown)> Messages()
    {
        var room = Path.Combine(Checkout.Root, "src", "BuildSharp.Dockerfiles");
        string[] folders = ["Statements", "Parsing", "Lines", "Expansion", "Instructions", "Grammar", ""];
        string[] mounts = ["MountOptions.cs", "MountRules.cs"];
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(room, folder), "*.cs"))
            .Concat(mounts.Select(name => Path.Combine(Checkout.Root, "src", "BuildSharp.Notation", name))))
        {
            // The options of checks are not the instructions'.
            if (Path.GetFileName(file) == "CheckGrammar.cs")
            {
                continue;
            }

            var text = File.ReadAllText(file);
            foreach (Match call in Call().Matches(text))
            {
                yield return Read(text, call.Index + call.Length);
            }
        }
    }

    /// <summary>Reads a literal from behind its opening quote; what is put in when it is used stands for any text.</summary>
    private static (string Pattern, string Shown) Read(string text, int at)
    {
        var interpolated = text[at - 2] == '$';
        var (pattern, shown) = (new StringBuilder(), new StringBuilder());
        for (; text[at] != '"'; at++)
        {
            if (text[at] == '\\')
            {
                at++;
                pattern.Append(Regex.Escape(text[at].ToString()));
                shown.Append(text[at]);
            }
            else if (interpolated && text[at] == '{' && text[at + 1] != '{')
            {
                for (var depth = 1; depth > 0;)
                {
                    depth += text[++at] switch { '{' => 1, '}' => -1, _ => 0 };
                }

                pattern.Append(".*");
                shown.Append('…');
            }
            else
            {
                if (interpolated && text[at] is '{' or '}')
                {
                    at++;
                }

                pattern.Append(Regex.Escape(text[at].ToString()));
                shown.Append(text[at]);
            }
        }

        return (pattern.ToString(), shown.ToString());
    }

    private static void Match(string text)
    {
        var expected = Path.Combine(Cases, "messages.txt");
        var received = Path.Combine(Cases, "messages.received.txt");
        if (File.Exists(expected) && text == File.ReadAllText(expected))
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"If this is right, mv {received} {expected}:\n{text}");
    }

    /// <summary>What makes a message, up to the quote that opens its text: no other text stands between.</summary>
    [GeneratedRegex(
        "(diagnostics\\.(Error|Warning)|new (ExpansionException|RejectedException|FormatException|DockerfileException|Diagnostic|UnknownMountKeyException)|" +
        "Reject\\.With<\\w+>|OrReject|Mistake|TooLong|new)\\([^\";{}]*\"")]
    private static partial Regex Call();
}
