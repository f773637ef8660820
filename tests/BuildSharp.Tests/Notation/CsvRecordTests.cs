using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public sealed class CsvRecordTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a,b,", new[] { "a", "b", "" })]
    [InlineData(",", new[] { "", "" })]
    [InlineData("\"a,b\",c", new[] { "a,b", "c" })]
    [InlineData("\"say \"\"a\"\"\"", new[] { "say \"a\"" })]
    [InlineData(" a , b", new[] { " a ", " b" })]
    public void A_record_is_fields_between_commas(string text, string[] fields) => Assert.Equal(fields, CsvRecord.Parse(text));

    [Theory]
    [InlineData("a\"b", "parse error on line 1, column 2: bare \" in non-quoted-field")]
    [InlineData("x,\tb\"", "parse error on line 1, column 5: bare \" in non-quoted-field")]
    [InlineData("\"a\"b", "parse error on line 1, column 3: extraneous or missing \" in quoted-field")]
    [InlineData("\"a", "parse error on line 1, column 3: extraneous or missing \" in quoted-field")]
    [InlineData("\"a\"\"", "parse error on line 1, column 5: extraneous or missing \" in quoted-field")]
    public void A_quote_out_of_place_is_told_in_Gos_words(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => CsvRecord.Parse(text)).Message);

    [Fact]
    public void Every_record_is_read_as_it_was_written()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 1000; i++)
        {
            string[] fields = [.. Enumerable.Range(0, random.Next(2, 5))
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => "a,\" é"[random.Next(5)])))];
            var record = CsvRecord.Format(fields);
            Assert.True(CsvRecord.Parse(record).SequenceEqual(fields), $"{record} ({Seed.Shown})");
        }
    }
}
