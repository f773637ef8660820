namespace BuildSharp.Cli.Output;

/// <summary>A field of a <see cref="GoValue.Struct"/>.</summary>
/// <param name="Name">How templates call it.</param>
/// <param name="JsonName">Its key in JSON; empty when JSON leaves it out.</param>
/// <param name="Value">Its value.</param>
/// <param name="OmitEmpty">Whether JSON leaves it out when empty.</param>
internal sealed record GoField(string Name, string JsonName, GoValue Value, bool OmitEmpty = false);
