using System.Globalization;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>A user and group: <c>user[:group]</c>, each a name or a number (<c>grammar/user.ebnf</c>).</summary>
/// <param name="User">The user as written; may be empty.</param>
/// <param name="Group">The group as written; empty if not given.</param>
public readonly record struct UserSpec(string User, string Group)
{
    internal static Parser<char, string> UserPart { get; } = Run.Of(c => c != ':');

    internal static Parser<char, string> GroupPart { get; } = Run.Of(_ => true);

    internal static Parser<char, UserSpec> Spec { get; } =
        UserPart.Then(Char(':').Then(GroupPart).OptionalOr(""), (user, group) => new UserSpec(user, group));

    /// <summary>Splits the text at the first colon; accepts any text.</summary>
    public static UserSpec Parse(string text) => Spec.ParseOrThrow(text);

    /// <summary>Parses an id: digits of an unsigned 32-bit number.</summary>
    public static bool TryParseId(string text, out uint id) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? User : $"{User}:{Group}";
}
