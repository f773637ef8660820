namespace BuildSharp.Cli.Output;

/// <summary>A field of a <see cref="GoValue.Struct"/>.</summary>
/// <param name="Name">How templates call it.</param>
/// <param name="JsonName">Its key in JSON; empty when JSON leaves it out.</param>
/// <param name="Value">Its value.</param>
/// <param name="OmitEmpty">Whether JSON leaves it out when empty.</param>
internal sealed record GoField(string Name, string JsonName, GoValue Value, bool OmitEmpty = false)
{
    /// <summary>Whether Go embeds the struct: templates and JSON see its fields as if they stood in the outer one; only printing a whole
    /// struct shows that they are grouped.</summary>
    public bool IsEmbedded { get; private init; }

    /// <summary>An embedded struct.</summary>
    public static GoField Embedded(string name, GoValue.Struct value) => new(name, "", value) { IsEmbedded = true };
}
