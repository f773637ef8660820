using System.Net;
using System.Text.RegularExpressions;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>A git repository as build context or source of ADD (Dockerfile reference, "ADD"; docker build reference, "Git repositories"):
/// <c>https://host/path.git</c>, <c>git://</c>, <c>ssh://</c>, <c>file://</c> or <c>user@host:path</c>, then <c>#ref:directory</c>, or
/// <c>?ref=…&amp;subdir=…</c> with BuildKit's other keys.</summary>
/// <remarks>Credentials are separated from an http or https URL, so that they do not appear on command lines and in messages.</remarks>
public sealed partial record GitAddress
{
    private GitAddress(string repository) => Repository = repository;

    /// <summary>The repository URL for git, without the credentials of an http or https URL.</summary>
    public string Repository { get; private init; }

    /// <summary>Credentials of an http or https URL; null when it has none.</summary>
    public NetworkCredential? Credentials { get; private init; }

    /// <summary>Whether the repository is on this machine.</summary>
    public bool IsLocal => Repository.StartsWith("file://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Branch, tag or commit; null for the repository's HEAD.</summary>
    public string? Reference { get; private init; }

    /// <summary>Directory in the repository; null for all of it.</summary>
    public string? Directory { get; private init; }

    /// <summary>Required prefix of the commit ID; null for any.</summary>
    public string? Checksum { get; private init; }

    /// <summary>Whether to keep <c>.git</c>; null when the URL does not say.</summary>
    public bool? KeepGitDirectory { get; init; }

    /// <summary>Whether to fetch submodules.</summary>
    public bool Submodules { get; private init; } = true;

    /// <summary>The repository for messages, without credentials.</summary>
    public override string ToString() => AddressCredentials.Masked(Repository);

    /// <summary>Parses the URL of a repository.</summary>
    /// <param name="text">The text.</param>
    /// <param name="github">Whether to accept <c>github.com/user/repository</c>, which as a source of ADD is a path.</param>
    /// <returns>Null when the text is not the URL of a repository.</returns>
    /// <exception cref="BuildSharpException">It is one, but its reference or a key is invalid.</exception>
    public static GitAddress? TryParse(string text, bool github = false)
    {
        // Fast path: scripts copy dozens of files, and a local path needs none of the patterns below.
        if (!text.Contains("://", StringComparison.Ordinal) && !text.Contains('@') && !github)
        {
            return null;
        }

        var hash = text.IndexOf('#');
        var place = hash < 0 ? text : text[..hash];
        var query = "";
        if (IsWeb(place) && place.IndexOf('?') is var mark and >= 0)
        {
            query = place[(mark + 1)..];
            place = place[..mark];
        }

        if (github && place.StartsWith("github.com/", StringComparison.Ordinal))
        {
            place = $"https://{place.TrimEnd('/')}{(place.EndsWith(".git", StringComparison.Ordinal) ? "" : ".git")}";
        }

        if (!IsRepository(place))
        {
            return null;
        }

        var address = Of(place, text);
        if (hash >= 0)
        {
            var parts = text[(hash + 1)..].Split(':', 2);
            address = address.With("ref", parts[0], text).With("subdir", parts.ElementAtOrDefault(1) ?? "", text);
        }

        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            address = address.With(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""), text);
        }

        return address.Checked(text);
    }

    /// <summary>A copy that requires the commit ID to start with <paramref name="checksum"/>.</summary>
    /// <exception cref="BuildSharpException">The checksum is not the start of a commit ID.</exception>
    public GitAddress WithChecksum(string checksum) => (this with { Checksum = checksum }).Checked(ToString());

    private static GitAddress Of(string place, string text)
    {
        var authority = place.IndexOf("://", StringComparison.Ordinal) is var colon and >= 0 ? colon + "://".Length : -1;
        var path = authority < 0 ? -1 : place.IndexOf('/', authority);
        var at = authority < 0 ? -1 : place.LastIndexOf('@', path < 0 ? place.Length - 1 : path);
        if (at < authority || authority < 0)
        {
            return new GitAddress(place);
        }

        var parts = place[authority..at].Split(':', 2);
        if (IsWeb(place))
        {
            return new GitAddress(place[..authority] + place[(at + 1)..])
            {
                Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")),
            };
        }

        return parts.Length == 1
            ? new GitAddress(place)
            : throw Wrong(text, "only http and https addresses take a password; ssh takes a key from its agent or configuration");
    }

    // Mask the whole text: any part of it may hold credentials.
    private static BuildSharpException Wrong(string text, string problem) => new($"{AddressCredentials.Masked(text)}: {problem}");

    private GitAddress With(string key, string value, string text) => key switch
    {
        "ref" => this with { Reference = value.Length > 0 ? value : Reference },
        "branch" => this with { Reference = "refs/heads/" + value },
        "tag" => this with { Reference = "refs/tags/" + value },
        "subdir" => this with { Directory = value.Trim('/') is { Length: > 0 } directory ? directory : null },
        "checksum" or "commit" => this with { Checksum = value },
        "keep-git-dir" => this with { KeepGitDirectory = Switch(key, value, text) },
        "submodules" => this with { Submodules = Switch(key, value, text) },
        _ => throw Wrong(text, $"unexpected query \"{key}\": known are ref, branch, tag, subdir, checksum, keep-git-dir and submodules"),
    };

    private static bool Switch(string key, string value, string text) => value switch
    {
        "" or "1" or "true" => true,
        "0" or "false" => false,
        _ => throw Wrong(text, $"{key} is true or false, not \"{value}\""),
    };

    // git would read a leading dash as an option and "+" or ":" as a refspec; the pattern rejects what git-check-ref-format(1) does not
    // allow.
    private GitAddress Checked(string text)
    {
        if (Reference is { } reference && (reference.StartsWith('-') || reference.StartsWith('+') || BadReference().IsMatch(reference)))
        {
            throw Wrong(text, $"\"{reference}\" cannot be a branch, a tag or a commit");
        }

        if (DashedHost().IsMatch(Repository))
        {
            throw Wrong(text, "the name of the host begins with a dash");
        }

        return Checksum is not { } checksum || Hexadecimal().IsMatch(checksum)
            ? this
            : throw Wrong(text, $"\"{checksum}\" is not the id of a commit: expected at least seven hexadecimal digits");
    }

    private static bool IsWeb(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsRepository(string text) =>
        (IsWeb(text) && text.EndsWith(".git", StringComparison.Ordinal))
        || new[] { "git://", "ssh://", "file://" }.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && text.Length > scheme.Length)
        || UserAtHost().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*@[^:/\s]+:[^\s]+$")]
    private static partial Regex UserAtHost();

    [GeneratedRegex(@"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|^$")]
    private static partial Regex BadReference();

    [GeneratedRegex(@"^([a-z]+://([^/]*@)?|[^/:]*@)-", RegexOptions.IgnoreCase)]
    private static partial Regex DashedHost();

    [GeneratedRegex("^[0-9a-fA-F]{7,64}$")]
    private static partial Regex Hexadecimal();
}
