using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class RowFormatTests
{
    private static GoValue Row(string name, string id) =>
        new GoValue.Struct("row", [new GoField("Name", "name", new GoValue.Text(name)), new GoField("ID", "id", new GoValue.Text(id))]);

    private static string Write(string format)
    {
        using var output = new StringWriter();
        RowFormat.Parse(format).Write(Row("REPOSITORY", "IMAGE ID"), [Row("localhost/a", "1"), Row("b", "22")], output);
        return output.ToString();
    }

    [Fact]
    public void A_blank_between_actions_starts_an_aligned_column() =>
        Assert.Equal("localhost/a   1\nb             22\n", Write("{{.Name}} {{.ID}}"));

    [Fact]
    public void Without_a_blank_nothing_is_padded() => Assert.Equal("localhost/a:1\nb:22\n", Write("{{.Name}}:{{.ID}}"));

    [Fact]
    public void Table_writes_a_heading() =>
        Assert.Equal("IMAGE ID   REPOSITORY\n1          localhost/a\n22         b\n", Write("table {{.ID}} {{.Name}}"));

    [Fact]
    public void A_blank_inside_an_action_is_left_alone() =>
        Assert.Equal("localhost/a 1\nb 22\n", Write("{{ printf \"%s %s\" .Name .ID }}"));

    [Fact]
    public void An_unknown_field_is_an_error_and_no_row_is_printed()
    {
        using var output = new StringWriter();
        var error = Assert.Throws<BuildSharpException>(() => RowFormat.Parse("{{.X}}").Write(Row("", ""), [Row("a", "b")], output));
        Assert.Contains("can't evaluate field X in type row", error.Message);
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(25, "25 B")]
    [InlineData(4_942, "4.94 KB")]
    [InlineData(1_000, "1 KB")]
    [InlineData(1_990_000, "1.99 MB")]
    [InlineData(12_340_000, "12.3 MB")]
    [InlineData(123_400_000_000, "123 GB")]
    public void Sizes_have_three_digits_and_base_1000(long bytes, string text) => Assert.Equal(text, HumanSize.Write(bytes));

    [Theory]
    [InlineData(0.4, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(60 * 59, "59 minutes")]
    [InlineData(60 * 60, "About an hour")]
    [InlineData(60 * 60 * 2, "2 hours")]
    [InlineData(60 * 60 * 47, "47 hours")]
    [InlineData(60 * 60 * 24 * 2, "2 days")]
    [InlineData(60 * 60 * 24 * 14, "2 weeks")]
    [InlineData(60 * 60 * 24 * 60, "2 months")]
    [InlineData(60 * 60 * 24 * 730, "2 years")]
    public void Ages_get_coarser(double seconds, string text) => Assert.Equal(text, HumanAge.Write(TimeSpan.FromSeconds(seconds)));
}
