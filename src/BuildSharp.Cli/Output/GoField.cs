namespace BuildSharp.Cli.Output;

/// <summary>A field of a <see cref="GoValue.Struct"/>.</summary>
/// <param name="Name">Name in templates.</param>
/// <param name="JsonName">Key in JSON; empty to omit the field.</param>
/// <param name="Value">Its value.</param>
/// <param name="OmitEmpty">Whether JSON omits an empty value.</param>
internal sealed record GoField(string Name, string JsonName, GoValue Value, bool OmitEmpty = false)
{
    /// <summary>Whether Go embeds the struct. Templates and JSON treat its fields as fields of the outer struct; printing the whole struct
    /// shows the nesting.</summary>
    public bool IsEmbedded { get; private init; }

    /// <summary>An embedded struct.</summary>
    public static GoField Embedded(string name, GoValue.Struct value) => new(name, "", value) { IsEmbedded = true };
}
