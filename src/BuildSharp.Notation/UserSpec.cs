using System.Globalization;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>Who owns a file or runs a command: <c>user[:group]</c>, each a name or a number (<c>grammar/user.ebnf</c>).</summary>
/// <param name="User">As written; empty where only a group is given, or nothing.</param>
/// <param name="Group">As written; empty without one.</param>
public readonly record struct UserSpec(string User, string Group)
{
    internal static Parser<char, string> UserPart { get; } = Run.Of(c => c != ':');

    internal static Parser<char, string> GroupPart { get; } = Run.Of(_ => true);

    internal static Parser<char, UserSpec> Spec { get; } =
        UserPart.Then(Char(':').Then(GroupPart).Optional(), (user, group) => new UserSpec(user, group.GetValueOrDefault("")));

    /// <summary>Splits at the first colon; every text is one.</summary>
    public static UserSpec Parse(string text) => Spec.ParseOrThrow(text);

    /// <summary>Reads an ID: digits of an unsigned 32-bit number.</summary>
    public static bool TryParseId(string text, out uint id) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? User : $"{User}:{Group}";
}
