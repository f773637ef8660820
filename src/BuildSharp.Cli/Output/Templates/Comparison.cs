namespace BuildSharp.Cli.Output.Templates;

/// <summary>Equality and order of template values: only values of one basic type compare.</summary>
internal static class Comparison
{
    /// <exception cref="FormatException">The two are of different types.</exception>
    public static bool AreEqual(GoValue left, GoValue right) => (left, right) switch
    {
        (GoValue.Nil or GoValue.Absent, GoValue.Nil or GoValue.Absent) => true,
        (GoValue.Nil or GoValue.Absent, _) or (_, GoValue.Nil or GoValue.Absent) => false,
        (GoValue.Bool first, GoValue.Bool second) => first.Value == second.Value,
        _ => Order(left, right) == 0,
    };

    /// <summary>Negative, zero or positive as the left comes before, with or after the right.</summary>
    /// <exception cref="FormatException">The two are of different types, or have no order.</exception>
    public static int Order(GoValue left, GoValue right) => (left, right) switch
    {
        (GoValue.Integer or GoValue.Duration, GoValue.Integer or GoValue.Duration) => Whole(left).CompareTo(Whole(right)),
        (GoValue.Float first, GoValue.Float second) => first.Value.CompareTo(second.Value),
        (GoValue.Text first, GoValue.Text second) => string.CompareOrdinal(first.Value, second.Value),
        (GoValue.Bool or GoValue.List or GoValue.Map or GoValue.Struct or GoValue.Time or GoValue.Nil or GoValue.Absent, _) =>
            throw new FormatException("invalid type for comparison"),
        _ => throw new FormatException($"incompatible types for comparison: {left.GoType} and {right.GoType}"),
    };

    private static long Whole(GoValue value) => value is GoValue.Duration duration ? duration.Nanoseconds : ((GoValue.Integer)value).Value;
}
