namespace BuildSharp.Cli.Output;

/// <summary>Rounded ages for people: <c>About an hour</c>, <c>3 weeks</c>.</summary>
internal static class HumanAge
{
    /// <summary>Formats an age, without "ago".</summary>
    public static string Write(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "Less than a second",
        { TotalSeconds: < 2 } => "1 second",
        { TotalSeconds: < 60 } => $"{(int)age.TotalSeconds} seconds",
        { TotalMinutes: < 2 } => "About a minute",
        { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes} minutes",
        { TotalHours: < 1.5 } => "About an hour",
        { TotalHours: < 47.5 } => $"{(int)(age.TotalHours + 0.5)} hours",
        { TotalDays: < 14 } => $"{(int)age.TotalDays} days",
        { TotalDays: < 60 } => $"{(int)age.TotalDays / 7} weeks",
        { TotalDays: < 730 } => $"{(int)age.TotalDays / 30} months",
        _ => $"{(int)age.TotalDays / 365} years",
    };
}
