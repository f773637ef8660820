using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public sealed class TomlTests
{
    [Fact]
    public void Tables_strings_numbers_lists_and_inline_tables_are_read()
    {
        var values = Toml.Read(
            """"
            # comment
            top = 'C:\raw'
            [storage]
            driver = "over\u006cay" # after
            [ storage . options ]
            list = [
              "a", # one
              'b',
            ]
            pull_options = { enable = "true", inner.deep = 0x1F }
            "quoted key" = """
            two\
               words"""
            flag = false
            """",
            "x.conf");
        Assert.Equal(@"C:\raw", values["top"]);
        Assert.Equal("overlay", values["storage.driver"]);
        Assert.Equal(["a", "b"], (List<object>)values["storage.options.list"]);
        Assert.Equal("true", values["storage.options.pull_options.enable"]);
        Assert.Equal(31L, values["storage.options.pull_options.inner.deep"]);
        Assert.Equal("twowords", values["storage.options.quoted key"]);
        Assert.Equal(false, values["storage.options.flag"]);
    }

    [Fact]
    public void Tables_in_lists_are_read()
    {
        var values = Toml.Read("a = [\"x\", {append=true}, { b.c = 1, d = [2] }]\n[[t.u]]\nv = 1\n[w]\nx = 2\n[[t.u]]\nv = 2\n", "x.conf");
        var items = (List<object>)values["a"];
        Assert.Equal("x", items[0]);
        Assert.Equal(true, ((Dictionary<string, object>)items[1])["append"]);
        Assert.Equal(["b.c", "d"], ((Dictionary<string, object>)items[2]).Keys);
        Assert.Equal([1L, 2L], ((List<object>)values["t.u"]).Select(item => ((Dictionary<string, object>)item)["v"]));
        Assert.Equal(2L, values["w.x"]);
    }

    [Fact]
    public void Lists_of_tables_in_a_table_of_a_list_belong_to_that_table()
    {
        var values = Toml.Read("[[r]]\nn = 1\n[[r.m]]\nn = 2\n[[r.m]]\nn = 3\n[[r]]\n[x]\n[r.s]\nn = 4\n", "x.conf");
        var items = ((List<object>)values["r"]).Cast<Dictionary<string, object>>().ToList();
        Assert.Equal([2L, 3L], ((List<object>)items[0]["m"]).Select(item => ((Dictionary<string, object>)item)["n"]));
        Assert.Equal(["s.n"], items[1].Keys);
    }

    [Theory]
    [InlineData("a = 1\n[[a]]\nb = 1", "x.conf:2: a is set twice")]
    [InlineData("a = \"x", "x.conf:1: Invalid End-Of-File found on string literal")]
    [InlineData("\na = 1 2", "x.conf:2: Expected end-of-line after value but was `2`")]
    [InlineData("a = 1\na = 2", "x.conf:2: a is set twice")]
    [InlineData("a = 1\n\n[a]\nb = 2", "x.conf:3: a is set twice")]
    [InlineData("a = { b = 1, b = 2 }", "x.conf:1: a.b is set twice")]
    [InlineData("[[a]]\nb = 1\nb = 2", "x.conf:3: b is set twice")]
    [InlineData("[a\nb = 1", "x.conf:1: Expected `]` but was `␤`")]
    [InlineData("a = 2026-01-01", "x.conf:1: no setting is a date")]
    [InlineData("a =", "x.conf:1: Missing value after `=`")]
    public void What_cannot_be_read_is_named_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Toml.Read(text, "x.conf")).Message);
}
