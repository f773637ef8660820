using System.Text;
using BuildSharp.Oci.Json;

namespace BuildSharp.Tests.Oci;

public class GoJsonTests
{
    [Fact]
    public void Strings_are_escaped_as_go_escapes_them()
    {
        // Printed by Go's json.Marshal, except that Go 1.22 shortened \u0008 and \u000c.
        var json = Write("a<b>&c é 'q' + ` \" \\ / \u2028 \u2029 \u007f 😀 \n\r\t\b\f\u0001");

        Assert.Equal("\"a\\u003cb\\u003e\\u0026c é 'q' + ` \\\" \\\\ / \\u2028 \\u2029 \u007f 😀 \\n\\r\\t\\u0008\\u000c\\u0001\"", json);
    }

    [Fact]
    public void Long_strings_of_every_plane_stay_raw()
    {
        var text = string.Concat(Enumerable.Repeat("日本語 ñ 🦊\U0010FFFF", 500));

        Assert.Equal($"\"{text}\"", Write(text));
    }

    [Fact]
    public void Map_keys_are_ordered_by_their_utf8_bytes()
    {
        string[] keys = ["😀", "\uFFFD", "b", "a", "", "aa", "B"];

        Assert.Equal(keys.OrderBy(Encoding.UTF8.GetBytes, new BytesOrder()), keys.Order(GoJson.KeyOrder));
    }

    [Fact]
    public void Indentation_is_four_spaces()
    {
        var json = GoJson.ToBytes(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("a", 1);
                writer.WriteStartArray("b");
                writer.WriteEndArray();
                writer.WriteEndObject();
            },
            indented: true);

        Assert.Equal("{\n    \"a\": 1,\n    \"b\": []\n}", Encoding.UTF8.GetString(json));
    }

    private static string Write(string value) => Encoding.UTF8.GetString(GoJson.ToBytes(writer => writer.WriteStringValue(value)));

    private sealed class BytesOrder : IComparer<byte[]>
    {
        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
