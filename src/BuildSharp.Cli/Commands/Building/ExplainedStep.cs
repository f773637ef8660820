using System.Globalization;
using System.Text;
using BuildSharp.Build;
using BuildSharp.Build.Explaining;
using BuildSharp.Cli.Output.Progress;
using BuildSharp.Oci.Json;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>What <c>build --explain</c> prints of a step.</summary>
internal static class ExplainedStep
{
    // More lines than this hide what matters; --explain=json has all.
    private const int MostDifferences = 20;
    private const int LongestValue = 100;

    /// <summary>Lines for people.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isAsked">Whether each difference gets a line; else there is only the phrase.</param>
    public static IEnumerable<string> Lines(StepExplained step, bool isAsked)
    {
        yield return step.IsFound ? $"hit{(step.From is null ? "" : " (remote)")}: {step.Image}" : $"miss: {TerminalText.Printable(step.Phrase)}";
        foreach (var difference in isAsked ? step.Differences.Where(HasValues).Take(MostDifferences) : [])
        {
            yield return $"    {Printable(difference.Phrase)}: {Value(difference.Before)} -> {Value(difference.Now)}";
        }

        if (isAsked && step.Differences.Count > MostDifferences)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"    and {step.Differences.Count - MostDifferences} more, which --explain=json tells");
        }
    }

    /// <summary>An object for programs, on one line.</summary>
    /// <param name="step">The step.</param>
    /// <param name="build">The platform in brackets, if there are several; else empty.</param>
    public static string Json(StepExplained step, string build) => Line(json =>
    {
        WritePlatform(json, build);
        json.WriteNumber("stage"u8, step.Place?.Number ?? 1);
        json.WriteNumber("step"u8, step.Number);
        json.WriteString("text"u8, step.Text);
        json.WriteString("result"u8, step.IsFound ? "hit" : "miss");
        if (step.Image is not null)
        {
            json.WriteString("image"u8, step.Image);
        }

        if (step.From is not null)
        {
            json.WriteString("from"u8, step.From);
        }

        if (step.IsFound)
        {
            return;
        }

        json.WriteString("reason"u8, step.Phrase);
        json.WriteStartArray("differences"u8);
        foreach (var difference in step.Differences)
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, NameOf(difference.Kind));
            Write("subject", difference.Subject.Length == 0 ? null : difference.Subject);
            Write("before", difference.Before);
            Write("now", difference.Now);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        void Write(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    });

    /// <summary>The last object: the image.</summary>
    /// <inheritdoc cref="Json(StepExplained, string)"/>
    public static string Json(string imageId, string build) => Line(json =>
    {
        WritePlatform(json, build);
        json.WriteString("image"u8, imageId);
    });

    private static string Line(Action<System.Text.Json.Utf8JsonWriter> fields) => Encoding.UTF8.GetString(GoJson.ToBytes(json =>
    {
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    }));

    private static void WritePlatform(System.Text.Json.Utf8JsonWriter json, string build)
    {
        if (build.Length > 0)
        {
            json.WriteString("platform"u8, build.Trim('[', ']'));
        }
    }

    private static string NameOf(DifferenceKind kind) => kind switch
    {
        DifferenceKind.CacheOff => "cache-off",
        DifferenceKind.StepBefore => "parent",
        DifferenceKind.FirstBuild => "first-build",
        DifferenceKind.NewStep => "new-step",
        DifferenceKind.Base => "base",
        DifferenceKind.Instruction => "instruction",
        DifferenceKind.Argument => "argument",
        DifferenceKind.Flag => "flag",
        DifferenceKind.File => "file",
        DifferenceKind.FileMode => "mode",
        DifferenceKind.FileOwner => "owner",
        DifferenceKind.FileAttributes => "attributes",
        DifferenceKind.NewStage => "new-stage",
        DifferenceKind.ImageGone => "image-gone",
        DifferenceKind.NotTold => "argument-in-place",
        DifferenceKind.Image => "image",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool HasValues(Difference difference) => difference.Before is not null || difference.Now is not null;

    private static string Value(string? value) => value is null ? "none" : TerminalText.StartOf(Printable(value), LongestValue);

    private static string Printable(string text) => TerminalText.Printable(text.ReplaceLineEndings(" "));
}
