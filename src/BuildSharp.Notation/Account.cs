namespace BuildSharp.Notation;

/// <summary>A user.</summary>
/// <param name="Name">The name, or null of a number that no account has.</param>
/// <param name="Uid">The number.</param>
/// <param name="Gid">The primary group, or null of a number that no account has.</param>
public readonly record struct Account(string? Name, uint Uid, uint? Gid);
