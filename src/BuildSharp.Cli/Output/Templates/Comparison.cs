namespace BuildSharp.Cli.Output.Templates;

/// <summary>Equality and order of template values, which are defined only between values of the same basic kind.</summary>
internal static class Comparison
{
    /// <exception cref="FormatException">The values have different kinds.</exception>
    public static bool AreEqual(GoValue left, GoValue right) => (left, right) switch
    {
        (GoValue.Nil or GoValue.Absent, GoValue.Nil or GoValue.Absent) => true,
        (GoValue.Nil or GoValue.Absent, _) or (_, GoValue.Nil or GoValue.Absent) => false,
        (GoValue.Bool first, GoValue.Bool second) => first.Value == second.Value,
        _ => Order(left, right) == 0,
    };

    /// <summary>Negative, zero or positive when the left value is less than, equal to or greater than the right one.</summary>
    /// <exception cref="FormatException">The values have different kinds or no order.</exception>
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
