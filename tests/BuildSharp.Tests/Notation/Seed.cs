namespace BuildSharp.Tests.Notation;

/// <summary>What tests that make their inputs up begin with: <c>BUILDSHARP_SEED</c>, or another number on each run.</summary>
internal static class Seed
{
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("BUILDSHARP_SEED"), out var given) ? given : Environment.TickCount;

    /// <summary>What a failure says, so that the run can be repeated.</summary>
    public static string Shown => $"BUILDSHARP_SEED={Value}";
}
