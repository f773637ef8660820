using BuildSharp.Oci;
using BuildSharp.Storage.Configuration;

namespace BuildSharp.Tests.Storage;

public sealed class TomlReaderTests
{
    [Fact]
    public void Tables_strings_numbers_lists_and_inline_tables_are_read()
    {
        var values = TomlReader.Read(
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
        var values = TomlReader.Read("a = [\"x\", {append=true}, { b.c = 1, d = [2] }]\n[[t.u]]\nv = 1\n[w]\nx = 2\n[[t.u]]\nv = 2\n", "x.conf");
        var items = (List<object>)values["a"];
        Assert.Equal("x", items[0]);
        Assert.Equal(true, ((Dictionary<string, object>)items[1])["append"]);
        Assert.Equal(["b.c", "d"], ((Dictionary<string, object>)items[2]).Keys);
        Assert.Equal([1L, 2L], ((List<object>)values["t.u"]).Select(item => ((Dictionary<string, object>)item)["v"]));
        Assert.Equal(2L, values["w.x"]);
    }

    [Theory]
    [InlineData("a = 1\n[[a]]\nb = 1", "x.conf:2: a is set twice")]
    [InlineData("a = \"x", "x.conf:1: the string has no end")]
    [InlineData("\na = 1 2", "x.conf:2: expected the end of the line")]
    [InlineData("a = 1\na = 2", "x.conf:2: a is set twice")]
    [InlineData("[a\nb = 1", "x.conf:1: expected ]")]
    [InlineData("a = 1.5", "x.conf:1: expected the end of the line")]
    [InlineData("a =", "x.conf:1: expected a value")]
    public void What_cannot_be_read_is_named_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<BuildSharpException>(() => TomlReader.Read(text, "x.conf")).Message);
}
