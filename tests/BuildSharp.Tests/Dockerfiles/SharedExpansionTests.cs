using System.Text.Json;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Variable expansion against the shared cases.</summary>
public class SharedExpansionTests
{
    public static TheoryData<int> Rows => CaseTable.Numbers("dockerfile/envvars.tsv");

    [RequiresTheory(Needs.None, Cases = "dockerfile/envvars.tsv")]
    [MemberData(nameof(Rows))]
    public void A_word_expands(int number)
    {
        var row = CaseTable.Rows("dockerfile/envvars.tsv")[number];

        // Windows looks variables up without regard to case; images here run on Linux.
        if (row["platform"] == "W")
        {
            return;
        }

        var environment = JsonDocument.Parse(row["env_json"]).RootElement.EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);
        var expansion = new VariableExpansion(environment.GetValueOrDefault, row["escape"][0]);
        var expected = row["expected"];
        if (row["source"] == "imagebuilder" && Differs(row["input"]))
        {
            return;
        }

        if (expected == "ERROR")
        {
            Assert.Throws<ExpansionException>(() => Text());
            return;
        }

        Assert.Equal(expected, Text());

        string Text() => row["mode"] == "word"
            ? expansion.Expand(row["input"])
            : JsonSerializer.Serialize(expansion.ExpandToWords(row["input"]), Relaxed).Replace("\",\"", "\", \"", StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    /// <summary>buildah's anchors in replacements and its omitted replacement: BuildKit reads these otherwise, and so do we.</summary>
    private static bool Differs(string input) => input.Contains("/#", StringComparison.Ordinal) ||
        input.Contains("/%", StringComparison.Ordinal) || input == "${EDITOR/${EDITOR}}";
}
