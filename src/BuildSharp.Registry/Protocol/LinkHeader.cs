using System.Diagnostics.CodeAnalysis;
using BuildSharp.Oci;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

/// <summary>The <c>Link</c> header of a reply that is one page of a list (RFC 8288; distribution-spec, "Listing Tags").</summary>
internal static class LinkHeader
{
    /// <summary>Address of the next page.</summary>
    /// <param name="response">The reply.</param>
    /// <param name="page">Address of its page. The next one must be on the same server, because it gets the same credentials.</param>
    /// <param name="attempt">What is attempted, for the message.</param>
    /// <param name="next">The address.</param>
    /// <returns>False when this page is the last.</returns>
    /// <exception cref="BuildSharpException">The next page is on another server, or is this one.</exception>
    public static bool TryFindNext(HttpResponseMessage response, Uri page, string attempt, [NotNullWhen(true)] out Uri? next)
    {
        next = null;
        if (!response.Headers.NonValidated.TryGetValues("Link", out var lines))
        {
            return false;
        }

        if (lines.SelectMany(Links).FirstOrDefault(link => link.IsNext).Target is not { } target || !Uri.TryCreate(page, target, out next))
        {
            next = null;
            return false;
        }

        return !Redirection.IsSameOrigin(next, page) || next == page
            ? throw new BuildSharpException($"{attempt}: the registry leads to {Redirection.Shown(next)} for the next page, which is not followed")
            : true;
    }

    // <target>; rel="next", <target>; …
    private static IEnumerable<(string? Target, bool IsNext)> Links(string line)
    {
        for (var start = line.IndexOf('<'); start >= 0;)
        {
            var end = line.IndexOf('>', start);
            if (end < 0)
            {
                yield break;
            }

            var following = line.IndexOf('<', end);
            var parameters = line[(end + 1)..(following < 0 ? line.Length : following)].Split(';', ',');
            yield return (line[(start + 1)..end], parameters.Any(IsNextRelation));
            start = following;
        }
    }

    private static bool IsNextRelation(string parameter) =>
        parameter.Split('=', 2) is [var name, var value] && name.Trim().Equals("rel", StringComparison.OrdinalIgnoreCase)
        && value.Trim().Trim('"').Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase);
}
