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

    /// <summary>A list of texts, nil when there are none.</summary>
    public static List TextsOrNone(IReadOnlyCollection<string> values) => Texts(values.Count == 0 ? null : values);

    /// <summary>A map of texts; <c>null</c> is a nil map.</summary>
    public static Map TextMap(IEnumerable<KeyValuePair<string, string>>? entries) =>
        new(entries is null ? null : new SortedDictionary<string, GoValue>(
            entries.ToDictionary(entry => entry.Key, entry => (GoValue)new Text(entry.Value)), StringComparer.Ordinal));

    /// <summary>What Go calls the value's type; messages and <c>%T</c> show it.</summary>
    public string GoType => this switch
    {
        Bool => "bool",
        Integer number => number.TypeName,
        Duration => "time.Duration",
        Float => "float64",
        Text => "string",
        Time => "time.Time",
        List list => list.TypeName,
        Map map => map.TypeName,
        Struct item => item.IsPointer ? "*" + item.TypeName : item.TypeName,
        Nil nil => nil.TypeName,
        _ => Nil.Untyped,
    };

    /// <summary>What templates count as false: false, zero, empty, nil.</summary>
    public bool IsEmpty => this switch
    {
        Bool { Value: false } or Integer { Value: 0 } or Duration { Nanoseconds: 0 } or Float { Value: 0 } or Text { Value: "" } or Nil or Absent => true,
        List list => list.Items.Count == 0,
        Map map => map.Entries.Count == 0,
        _ => false,
    };

    /// <param name="TypeName">The pointer's type.</param>
    internal sealed record Nil(string TypeName = Nil.Untyped) : GoValue
    {
        public const string Untyped = "<nil>";
    }

    internal sealed record Absent : GoValue;

    internal sealed record Bool(bool Value) : GoValue;

    internal sealed record Integer(long Value) : GoValue
    {
        public string TypeName { get; init; } = "int";
    }

    /// <summary>A length of time: a number in JSON and for comparisons, <c>1m30s</c> in print.</summary>
    internal sealed record Duration(long Nanoseconds) : GoValue
    {
        public TimeSpan Value => TimeSpan.FromTicks(Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    internal sealed record Float(double Value) : GoValue;

    internal sealed record Text(string Value) : GoValue;

    internal sealed record Time(Timestamp Value) : GoValue;

    internal sealed record List(IReadOnlyList<GoValue>? Values) : GoValue
    {
        public IReadOnlyList<GoValue> Items => Values ?? [];

        public string TypeName { get; init; } = "[]string";
    }

    /// <summary>Keys in byte order, as both templates and JSON go through them.</summary>
    internal sealed record Map(SortedDictionary<string, GoValue>? Values) : GoValue
    {
        private static readonly SortedDictionary<string, GoValue> NoEntries = [];

        public SortedDictionary<string, GoValue> Entries => Values ?? NoEntries;

        /// <summary>What <c>index</c> gives for a missing key: the zero of the element type.</summary>
        public GoValue Zero { get; init; } = new Text("");

        public string TypeName { get; init; } = "map[string]string";
    }

    /// <summary>Fields in declaration order.</summary>
    internal sealed record Struct(string TypeName, IReadOnlyList<GoField> Fields) : GoValue
    {
        /// <summary>Whether the value is a pointer to the struct, which only print and messages show.</summary>
        public bool IsPointer { get; init; }

        /// <summary>The fields as JSON has them: those of embedded structs in their place.</summary>
        public IEnumerable<GoField> FlatFields =>
            Fields.SelectMany(own => own is { IsEmbedded: true, Value: Struct inner } ? inner.FlatFields : [own]);

        /// <summary>The field of that Go name, or else of that JSON name: scripts were written with both in mind.</summary>
        public GoField? Find(string name) =>
            Fields.FirstOrDefault(field => field.Name == name)
            ?? FlatFields.FirstOrDefault(field => field.Name == name)
            ?? FlatFields.FirstOrDefault(field => field.JsonName == name);
    }
}
