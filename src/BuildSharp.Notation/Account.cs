namespace BuildSharp.Notation;

/// <summary>A user account.</summary>
/// <param name="Name">Name of the user; null for an id without account.</param>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Id of the primary group; null for an id without account.</param>
/// <param name="Home">Home directory; null for an id without account.</param>
public readonly record struct Account(string? Name, uint Uid, uint? Gid, string? Home = null);
