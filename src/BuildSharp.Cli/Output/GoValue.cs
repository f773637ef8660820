using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary>A value that templates and JSON are made from. The set is closed; each verb builds its own tree, so nothing is reflected on.</summary>
internal abstract record GoValue
{
    private GoValue()
    {
    }

    /// <summary>Nothing: a nil pointer or an untyped nil.</summary>
    public static GoValue None { get; } = new Nil();

    /// <summary>The lookup of a key that a map does not have; prints <c>&lt;no value&gt;</c>.</summary>
    public static GoValue Missing { get; } = new Absent();

    /// <summary>A list of texts; <c>null</c> is a nil list, which JSON writes as <c>null</c>.</summary>
    public static List Texts(IEnumerable<string>? values) =>
        values is null ? new List(null) : new List([.. values.Select(value => (GoValue)new Text(value))]);

    /// <summary>A map of texts; <c>null</c> is a nil map.</summary>
    public static Map TextMap(IEnumerable<KeyValuePair<string, string>>? entries) =>
        new(entries is null ? null : new SortedDictionary<string, GoValue>(
            entries.ToDictionary(entry => entry.Key, entry => (GoValue)new Text(entry.Value)), StringComparer.Ordinal));

    /// <summary>What templates count as false: false, zero, empty, nil.</summary>
    public bool IsEmpty => this switch
    {
        Bool { Value: false } or Integer { Value: 0 } or Float { Value: 0 } or Text { Value: "" } or Nil or Absent => true,
        List list => list.Items.Count == 0,
        Map map => map.Entries.Count == 0,
        _ => false,
    };

    internal sealed record Nil : GoValue;

    internal sealed record Absent : GoValue;

    internal sealed record Bool(bool Value) : GoValue;

    internal sealed record Integer(long Value) : GoValue;

    internal sealed record Float(double Value) : GoValue;

    internal sealed record Text(string Value) : GoValue;

    internal sealed record Time(Timestamp Value) : GoValue;

    internal sealed record List(IReadOnlyList<GoValue>? Values) : GoValue
    {
        public IReadOnlyList<GoValue> Items => Values ?? [];
    }

    /// <summary>Keys in byte order, as both templates and JSON go through them.</summary>
    internal sealed record Map(SortedDictionary<string, GoValue>? Values) : GoValue
    {
        private static readonly SortedDictionary<string, GoValue> s_none = [];

        public SortedDictionary<string, GoValue> Entries => Values ?? s_none;

        /// <summary>What <c>index</c> gives for a missing key: the zero of the element type.</summary>
        public GoValue Zero { get; init; } = new Text("");
    }

    /// <summary>Fields in declaration order.</summary>
    internal sealed record Struct(string TypeName, IReadOnlyList<GoField> Fields) : GoValue
    {
        /// <summary>The field of that Go name, or else of that JSON name: scripts were written with both in mind.</summary>
        public GoField? Find(string name) =>
            Fields.FirstOrDefault(field => field.Name == name) ?? Fields.FirstOrDefault(field => field.JsonName == name);
    }
}
