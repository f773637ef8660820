namespace BuildSharp.Registry.Protocol;

/// <summary>What a bearer token gives access to: actions on a repository (distribution, token scope documentation).</summary>
/// <param name="Repository">Path of the repository.</param>
/// <param name="Actions">Actions, separated by commas: <c>pull</c>, <c>push</c>, <c>delete</c>.</param>
internal readonly record struct AccessScope(string Repository, string Actions)
{
    /// <summary>Reading.</summary>
    public static AccessScope Pull(string repository) => new(repository, "pull");

    /// <summary>Reading and writing.</summary>
    public static AccessScope Push(string repository) => new(repository, "pull,push");

    /// <summary>Reading and deleting.</summary>
    public static AccessScope Delete(string repository) => new(repository, "pull,delete");

    /// <summary>The scopes of a request, with the access that a challenge says it lacks (RFC 6750, <c>insufficient_scope</c>). Access to other
    /// repositories than those of the request is not asked for.</summary>
    public static IReadOnlyList<AccessScope> Widened(IReadOnlyList<AccessScope> scopes, IReadOnlyList<Challenge> challenges)
    {
        var wanted = challenges.FirstOrDefault(challenge => challenge.Is("Bearer") && challenge.Parameter("error") == "insufficient_scope");
        var lacking = (wanted?.Parameter("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(TryParse).OfType<AccessScope>()
            .Where(scope => scopes.Any(own => own.Repository == scope.Repository) && !scopes.Contains(scope));
        return [.. scopes, .. lacking];
    }

    /// <summary><c>repository:path:actions</c>.</summary>
    public override string ToString() => $"repository:{Repository}:{Actions}";

    private static AccessScope? TryParse(string text)
    {
        var (first, last) = (text.IndexOf(':'), text.LastIndexOf(':'));
        return first > 0 && last > first + 1 && text[..first] == "repository"
            ? new AccessScope(text[(first + 1)..last], text[(last + 1)..])
            : null;
    }
}
