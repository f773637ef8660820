namespace BuildSharp.Tests.Dockerfiles.Ebnf;

/// <summary>The classes of characters that the grammar files name between question marks.</summary>
internal static class CharacterClasses
{
    private const string Letters = "abcXYZé한";
    private const string Digits = "0179";
    private const string Signs = "._-/:@+~%&()*;<>[]^{|}!?,#";

    /// <summary>A random member.</summary>
    public static string Sample(string name, Random random) => name switch
    {
        "letter" => One(random, "abcXYZ"),
        "letter-or-digit" => One(random, "abcXYZ" + Digits),
        "lower-or-digit" => One(random, "abcxyz" + Digits),
        "octal-digit" => One(random, "01234567"),
        "digit" => One(random, Digits),
        "any" => One(random, Letters + Signs + "'\"\\` $="),
        "rest" => Some(random, Letters + Digits + " .-/"),
        "blank" => One(random, " \t"),
        "space" => One(random, " \t"),
        "word-letter" => One(random, Letters + Digits + "._-$"),
        "word-character" => One(random, Letters + Digits + "._-/:"),
        "flag-character" or "plain-character" => One(random, Letters + Digits + "._-/:@=+"),
        "quoted-plain-character" => One(random, Letters + Digits + "._-/:@=+ '"),
        "not-single-quote" => One(random, Letters + Digits + Signs + " \"\\$"),
        "not-double-quote" => One(random, Letters + Digits + Signs + " '\\$"),
        "not-single-quote-or-escape" => One(random, Letters + Digits + Signs + " \"$"),
        "not-double-quote-or-escape" or "not-double-quote-or-backslash" => One(random, Letters + Digits + Signs + " '$"),
        "not-equals-sign" => One(random, Letters + Digits + "_-."),
        "escape" => "\\",
        "json-character" => One(random, Letters + Digits + Signs + " '"),
        "four-hex-digits" => random.Next(0x20, 0xD7FF).ToString("x4", System.Globalization.CultureInfo.InvariantCulture),
        "sixty-four-hex-digits" => string.Concat(Enumerable.Range(0, 64).Select(_ => One(random, "0123456789abcdef"))),
        "heredoc-character" => One(random, "abcXYZ019._-/:|&;"),
        "heredoc-quoted-character" => One(random, "abcXYZ019._-/ $"),
        "field-character" => One(random, Letters + Digits + "=._-/:"),
        "platform-word" => Some(random, "abcXYZ019._-"),
        "volume-character" => One(random, Letters + Digits + "._-/,"),
        "printable-character" => One(random, Letters + Digits + Signs + " '`"),
        "two-hex-digits" => random.Next(0x80, 0x100).ToString("x2", System.Globalization.CultureInfo.InvariantCulture),
        "eight-hex-digits" => random.Next(0x10000, 0x110000).ToString("x8", System.Globalization.CultureInfo.InvariantCulture),
        "check-key" => random.Next(2) == 0 ? "skip" : "experimental",
        "check-value" => Some(random, "RuleName"),
        "modifier-character" => One(random, "abcXYZ019._-: "),
        "path-character" => One(random, "abcXYZ019._- é"),
        "class-letter" => One(random, "abcXYZ019._é"),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such class"),
    };

    private static string One(Random random, string members) => members[random.Next(members.Length)].ToString();

    private static string Some(Random random, string members) =>
        "a" + string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => One(random, members))).TrimEnd();
}
