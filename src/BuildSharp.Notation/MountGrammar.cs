using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>The parsers of <c>grammar/mount.ebnf</c>.</summary>
internal static class MountGrammar
{
    public static Parser<char, string> MountKey { get; } = Run.Of(c => c != '=');

    public static Parser<char, (string Key, string? Value)> MountField { get; } =
        MountKey.Then(Char('=').Then(Run.Of(_ => true)).Select(value => (string?)value).OptionalOr(null), (key, value) => (key, value));

    public static Parser<char, string> VolumePart { get; } = OneOf(
        Run.AtLeastOne(c => c is not (':' or '\\'), "path"),
        Try(String("\\:")).ThenReturn(":"),
        Char('\\').ThenReturn("\\")).Repeated().Select(string.Concat);

    public static Parser<char, IReadOnlyList<string>> Volume { get; } = VolumePart.SeparatedBy(Char(':'));
}
