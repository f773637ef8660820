using BuildSharp.Oci.Reporting;

namespace BuildSharp.Cli.Output.Progress;

/// <summary>The line of one item: what is done to what, and at the right edge bytes, rate and the time that is left.</summary>
internal static class ProgressLine
{
    private const int WidestLine = 100;
    private const int ShownDigits = 12;

    // In a narrow window the name gives way before the rate.
    private const int LeastName = 9;

    /// <summary>The line, one cell shorter than the terminal, so that it never wraps.</summary>
    /// <param name="item">The item.</param>
    /// <param name="bytes">Its bytes so far.</param>
    /// <param name="rate">Bytes per second; null while unknown.</param>
    /// <param name="columns">Width of the terminal.</param>
    public static string Write(ProgressItem item, long bytes, double? rate, int columns)
    {
        var width = Math.Min(columns, WidestLine) - 1;
        var (action, name) = Words(item);
        var needed = Math.Min(LeastName, TerminalText.WidthOf(name)) + 1;
        var facts = Facts(bytes, item.Total, rate).FirstOrDefault(facts => facts.Length + needed <= width) ?? "";
        var room = width - facts.Length - (facts.Length > 0 ? 1 : 0);
        var label = name.Length == 0 ? action : $"{action} {name}";
        if (TerminalText.WidthOf(label) > room)
        {
            label = TerminalText.EndOf(name.Length == 0 ? action : name, room);
        }

        return label + new string(' ', Math.Max(0, width - TerminalText.WidthOf(label) - facts.Length)) + facts;
    }

    /// <summary>The line of a step: its text, and at the right edge the time since its start.</summary>
    public static string WriteStep(string text, TimeSpan elapsed, int columns)
    {
        var width = Math.Min(columns, WidestLine) - 1;
        var time = Time(Math.Floor(elapsed.TotalSeconds));
        var label = TerminalText.StartOf(TerminalText.Printable(text), Math.Max(0, width - time.Length - 1));
        return label + new string(' ', Math.Max(1, width - TerminalText.WidthOf(label) - time.Length)) + time;
    }

    private static (string Action, string Name) Words(ProgressItem item) => item.Kind switch
    {
        ProgressKind.Blob => ("Copying blob", ShortDigest(item.Name)),
        ProgressKind.Layer => ("Committing layer", ""),
        ProgressKind.Archive => ("Unpacking", TerminalText.Printable(item.Name)),
        ProgressKind.Hash => ("Comparing", TerminalText.Printable(item.Name)),
        ProgressKind.Download => ("Downloading", TerminalText.Printable(item.Name)),
        _ => ("Copying", TerminalText.Printable(item.Name)),
    };

    private static string ShortDigest(string digest) => digest[(digest.IndexOf(':') + 1)..] is { Length: > ShownDigits } hex ? hex[..ShownDigits] : digest;

    /// <summary>The facts in forms of decreasing length.</summary>
    private static IEnumerable<string> Facts(long bytes, long? total, double? rate)
    {
        var done = HumanSize.Rounded(bytes);
        var speed = rate is { } perSecond ? $"{HumanSize.Rounded((long)perSecond)}/s" : "";
        if (total is not { } all)
        {
            yield return $"{done}  {speed}".TrimEnd();
            yield return done;
            yield break;
        }

        // The source may turn out to be longer than it said.
        all = Math.Max(all, bytes);
        var left = rate > 0 ? Time((all - bytes) / rate.Value) : "";
        var whole = HumanSize.Rounded(all);
        yield return $"{done} / {whole}{After("   ", speed)}{After("   ", left.Length > 0 ? left + " left" : "")}";
        yield return $"{done}/{whole}{After(" ", speed)}{After(" ", left)}";
        yield return $"{done}/{whole} {left}".TrimEnd();
        yield return all == 0 ? "100%" : $"{(int)(bytes * 100.0 / all)}%";
    }

    private static string After(string blanks, string text) => text.Length > 0 ? blanks + text : "";

    /// <summary>Seconds up to an hour, then minutes: <c>7s</c>, <c>1m05s</c>, <c>2h10m</c>.</summary>
    /// <param name="seconds">May be any number: the size of a blob is what its source claims.</param>
    internal static string Time(double seconds) => Math.Ceiling(seconds) switch
    {
        < 60 and var whole => $"{(int)whole}s",
        < 3600 and var whole => $"{(int)whole / 60}m{(int)whole % 60:D2}s",
        < 360_000 and var whole => $"{(int)whole / 3600}h{(int)whole / 60 % 60:D2}m",
        _ => "days",
    };
}
