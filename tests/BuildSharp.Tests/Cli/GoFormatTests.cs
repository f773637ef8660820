using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

/// <summary>What each verb makes of each kind of value, as buildah 1.43 was seen to print it.</summary>
public class GoFormatTests
{
    private static readonly GoValue Check = new GoValue.Struct("docker.HealthConfig",
    [
        new GoField("Test", "Test", GoValue.Texts(["CMD", "true"])),
        new GoField("Interval", "Interval", new GoValue.Duration(1_000_000)),
        new GoField("Retries", "Retries", new GoValue.Integer(3)),
        new GoField("Off", "Off", new GoValue.Bool(false)),
        new GoField("Limit", "Limit", new GoValue.Nil("*int")),
    ])
    {
        IsPointer = true,
    };

    private static readonly GoValue Words = GoValue.Texts(["a b", "c\"d"]);
    private static readonly GoValue Labels = GoValue.TextMap([new("b", "x y"), new("a", "1")]);
    private static readonly GoValue Time = new GoValue.Time(Timestamp.Parse("2020-09-13T12:26:40.5Z"));

    [Theory]
    [InlineData("%v", "[a b c\"d]")]
    [InlineData("%s", "[a b c\"d]")]
    [InlineData("%q", "[\"a b\" \"c\\\"d\"]")]
    [InlineData("%#q", "[`a b` `c\"d`]")]
    [InlineData("%x", "[612062 632264]")]
    [InlineData("% X", "[61 20 62 63 22 64]")]
    [InlineData("%#v", "[]string{\"a b\", \"c\\\"d\"}")]
    [InlineData("%T", "[]string")]
    [InlineData("%d", "[%!d(string=a b) %!d(string=c\"d)]")]
    [InlineData("%w", "%!w([]string=[a b c\"d])")]
    [InlineData("%5s", "[  a b   c\"d]")]
    [InlineData("%-5s|", "[a b   c\"d  ]|")]
    [InlineData("%.1s", "[a c]")]
    [InlineData("%08d", "[%!d(string=00000a b) %!d(string=00000c\"d)]")]
    public void A_verb_is_applied_to_each_word_of_a_list(string format, string expected) => Assert.Equal(expected, GoFormat.Format(format, [Words]));

    [Theory]
    [InlineData("%v", "map[a:1 b:x y]")]
    [InlineData("%q", "map[\"a\":\"1\" \"b\":\"x y\"]")]
    [InlineData("%x", "map[61:31 62:782079]")]
    [InlineData("%#v", "map[string]string{\"a\":\"1\", \"b\":\"x y\"}")]
    [InlineData("%T", "map[string]string")]
    [InlineData("%t", "map[%!t(string=a):%!t(string=1) %!t(string=b):%!t(string=x y)]")]
    public void A_verb_is_applied_to_keys_and_values_of_a_map(string format, string expected) =>
        Assert.Equal(expected, GoFormat.Format(format, [Labels]));

    [Theory]
    [InlineData("%v", "&{[CMD true] 1ms 3 false <nil>}")]
    [InlineData("%+v", "&{Test:[CMD true] Interval:1ms Retries:3 Off:false Limit:<nil>}")]
    [InlineData("%#v", "&docker.HealthConfig{Test:[]string{\"CMD\", \"true\"}, Interval:1000000, Retries:3, Off:false, Limit:(*int)(nil)}")]
    [InlineData("%s", "&{[CMD true] 1ms %!s(int=3) %!s(bool=false) %!s(*int=<nil>)}")]
    [InlineData("%q", "&{[\"CMD\" \"true\"] \"1ms\" '\\x03' %!q(bool=false) %!q(*int=<nil>)}")]
    [InlineData("%T", "*docker.HealthConfig")]
    [InlineData("%w", "%!w(*docker.HealthConfig=&{[CMD true] 1000000 3 false <nil>})")]
    public void A_verb_is_applied_to_the_fields_of_a_struct(string format, string expected) =>
        Assert.Equal(expected, GoFormat.Format(format, [Check]));

    [Theory]
    [InlineData("%v %s %q", "1ms 1ms \"1ms\"")]
    [InlineData("%d %x %#v", "1000000 316d73 1000000")]
    [InlineData("%t %T %10v", "%!t(time.Duration=1000000) time.Duration        1ms")]
    public void A_duration_is_a_text_or_a_number(string format, string expected)
    {
        var duration = new GoValue.Duration(1_000_000);
        Assert.Equal(expected, GoFormat.Format(format, [duration, duration, duration]));
    }

    [Fact]
    public void A_time_can_be_written_as_Go_source() => Assert.Equal(
        "2020-09-13 12:26:40.5 +0000 UTC time.Date(2020, time.September, 13, 12, 26, 40, 500000000, time.UTC)",
        GoFormat.Format("%v %#v", [Time, Time]));

    [Theory]
    [InlineData("%5d|%-5d|%05d|%+d|% d", "   42|42   |00042|+42| 42")]
    [InlineData("%08.3d|%.0d|%+08d|%-08d|%x", "     042|42|+0000042|42      |2a")]
    [InlineData("%b %o %O %#x %#X", "101010 52 0o52 0x2a 0X2A")]
    [InlineData("%c %q %U %#U %s", "* '*' U+002A U+002A '*' %!s(int=42)")]
    [InlineData("%d %d %d %d %d %d", "42 42 42 42 42 %!d(MISSING)")]
    [InlineData("%d", "42%!(EXTRA int=42, int=42, int=42, int=42)")]
    [InlineData("%[5]d %[1]d %[9]d", "42 42 %!d(BADINDEX)")]
    [InlineData("%*d|%-*d|", "                                        42|42                                        |%!(EXTRA int=42)")]
    public void Whole_numbers_have_width_sign_and_base(string format, string expected) =>
        Assert.Equal(expected, GoFormat.Format(format, [.. Enumerable.Repeat<GoValue>(new GoValue.Integer(42), 5)]));

    [Theory]
    [InlineData(1000000, "%v", "1e+06")]
    [InlineData(123456789.5, "%v", "1.234567895e+08")]
    [InlineData(0.0001, "%v", "0.0001")]
    [InlineData(0.00001, "%g", "1e-05")]
    [InlineData(2.5, "%v|%G|%e|%f|%.2f|%6.2f|%-8.1f|%+.1f|%08.2f", "2.5|2.5|2.500000e+00|2.500000|2.50|  2.50|2.5     |+2.5|00002.50")]
    [InlineData(1e30, "%E %.3g", "1.000000E+30 1e+30")]
    [InlineData(-1.26, "%v %.1f", "-1.26 -1.3")]
    public void Other_numbers_have_an_exponent_where_they_are_large_or_small(double number, string format, string expected) =>
        Assert.Equal(expected, GoFormat.Format(format, [.. Enumerable.Repeat<GoValue>(new GoValue.Float(number), format.Count(letter => letter == '%'))]));

    [Theory]
    [InlineData("%v %s %d", "<nil> %!s(<nil>) %!d(<nil>)")]
    [InlineData("%T|%5v|%z", "<nil>|<nil>|%!z(<nil>)")]
    public void Nothing_has_no_type(string format, string expected) =>
        Assert.Equal(expected, GoFormat.Format(format, [GoValue.None, GoValue.Missing, GoValue.None]));

    [Theory]
    [InlineData("100%%", "100%%!(EXTRA string=é☺)")]
    [InlineData("%", "%!(NOVERB)%!(EXTRA string=é☺)")]
    [InlineData("%+q", "\"\\u00e9\\u263a\"")]
    [InlineData("%4s|", "  é☺|")]
    [InlineData("%.1q", "\"é\"")]
    [InlineData("%!", "%!!(string=é☺)")]
    public void Texts_are_counted_in_characters(string format, string expected) =>
        Assert.Equal(expected, GoFormat.Format(format, [new GoValue.Text("é☺")]));
}
