using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary>A value for templates and JSON, modelled on Go's kinds. Each verb builds its own tree, so no reflection is needed.</summary>
internal abstract record GoValue
{
    private GoValue()
    {
    }

    /// <summary>Nothing: a nil pointer or an untyped nil.</summary>
    public static GoValue None { get; } = new Nil();

    /// <summary>Result of looking up a missing map key; prints as <c>&lt;no value&gt;</c>.</summary>
    public static GoValue Missing { get; } = new Absent();

    /// <summary>A list of strings; null makes a nil list, which JSON writes as <c>null</c>.</summary>
    public static List Texts(IEnumerable<string>? values) =>
        values is null ? new List(null) : new List([.. values.Select(value => (GoValue)new Text(value))]);

    /// <summary>A list of strings; a nil list when it is empty.</summary>
    public static List TextsOrNone(IReadOnlyCollection<string> values) => Texts(values.Count == 0 ? null : values);

    /// <summary>A map of strings; null makes a nil map.</summary>
    public static Map TextMap(IEnumerable<KeyValuePair<string, string>>? entries) =>
        new(entries is null ? null : new SortedDictionary<string, GoValue>(
            entries.ToDictionary(entry => entry.Key, entry => (GoValue)new Text(entry.Value)), StringComparer.Ordinal));

    /// <summary>Name of the value's Go type, for messages and <c>%T</c>.</summary>
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

    /// <summary>Whether templates treat the value as false: false, zero, empty or nil.</summary>
    public bool IsEmpty => this switch
    {
        Bool { Value: false } or Integer { Value: 0 } or Duration { Nanoseconds: 0 } or Float { Value: 0 } or Text { Value: "" } or Nil or Absent => true,
        List list => list.Items.Count == 0,
        Map map => map.Entries.Count == 0,
        _ => false,
    };

    /// <param name="TypeName">Go type of the nil pointer.</param>
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

    /// <summary>A duration: a number in JSON and comparisons, printed as <c>1m30s</c>.</summary>
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

    /// <summary>Keys are in byte order, as in Go's templates and JSON.</summary>
    internal sealed record Map(SortedDictionary<string, GoValue>? Values) : GoValue
    {
        private static readonly SortedDictionary<string, GoValue> NoEntries = [];

        public SortedDictionary<string, GoValue> Entries => Values ?? NoEntries;

        /// <summary>What <c>index</c> returns for a missing key: the zero value of the element type.</summary>
        public GoValue Zero { get; init; } = new Text("");

        public string TypeName { get; init; } = "map[string]string";
    }

    /// <summary>Fields in declaration order.</summary>
    internal sealed record Struct(string TypeName, IReadOnlyList<GoField> Fields) : GoValue
    {
        /// <summary>Whether the value is a pointer to the struct; affects printing and messages only.</summary>
        public bool IsPointer { get; init; }

        /// <summary>The fields for JSON, with embedded structs replaced by their fields.</summary>
        public IEnumerable<GoField> FlatFields =>
            Fields.SelectMany(own => own is { IsEmbedded: true, Value: Struct inner } ? inner.FlatFields : [own]);

        /// <summary>Finds a field by its Go name, then by its JSON name: scripts use both.</summary>
        public GoField? Find(string name) =>
            Fields.FirstOrDefault(field => field.Name == name)
            ?? FlatFields.FirstOrDefault(field => field.Name == name)
            ?? FlatFields.FirstOrDefault(field => field.JsonName == name);
    }
}
