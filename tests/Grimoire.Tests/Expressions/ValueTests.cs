using System.Text.Json.Nodes;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

public sealed class ValueTests
{
    const string Scope = """
        {
          "a": { "b": { "c": 1, "x y": 2, "n": null }, "list": [10, 20, [30]], "text": "hi" },
          "rows": [{ "v": 1, "w": [1, 2] }, { "v": null }, 5, null, { "w": [3] }],
          "map": { "one": { "v": "x" }, "two": { "v": "y" }, "three": {} },
          "big": 123456789012345678901234567890, "huge": 1e400, "tiny": 1e-40, "exact": 1.10, "i": 1, "k": "b", "true_": true
        }
        """;

    [Theory]
    [InlineData("a.b.c", "1")]
    [InlineData(" a . b . c ", "1")]
    [InlineData("a['b']['x y']", "2")]
    [InlineData("a.b.n", "null")]
    [InlineData("a.list[2][0]", "30")]
    [InlineData("a.list[-3]", "10")]
    [InlineData("a.list[i]", "20")]
    [InlineData("a.list[i + 0.0]", "20")]
    [InlineData("a[k].c", "1")]
    [InlineData("{a: 1}.a", "1")]
    [InlineData("[1, 2][1]", "2")]
    [InlineData("(a).b['c']", "1")]
    [InlineData("true_", "true")]
    [InlineData("{null: 1}.null", "1")]
    [InlineData("rows[*].v", "[1,null]")]
    [InlineData("rows.*.w[*]", "[1,2,3]")]
    [InlineData("rows[*].w[0]", "[1,3]")]
    [InlineData("(rows[*].w)[0]", "[1,2]")]
    [InlineData("map[*].v", """["x","y"]""")]
    [InlineData("map.*['v']", """["x","y"]""")]
    [InlineData("[][*].x", "[]")]
    [InlineData("[[1,2],[3]][*][*]", "[1,2,3]")]
    [InlineData("[a.list[i]][*]", "[20]")]
    public void Paths_lead_into_values(string expression, string expected) => Assert.Equal(expected, Value(expression, Scope));

    [Theory]
    [InlineData("1 + 2", "3")]
    [InlineData("2 - 3 - 4", "-5")]
    [InlineData("8 / 2 / 2", "2")]
    [InlineData("2 + 3 * 4 % 5", "4")]
    [InlineData("-2 * -(3)", "6")]
    [InlineData("- -1", "1")]
    [InlineData("0.5 * 2", "1")]
    [InlineData("1e2", "100")]
    [InlineData("1.50", "1.5")]
    [InlineData("-0", "0")]
    [InlineData("0 * -1", "0")]
    [InlineData("1 / 3", "0.3333333333333333333333333333")]
    [InlineData("-7 % 3", "-1")]
    [InlineData("5 % 5", "0")]
    [InlineData("1e30 + 1", "1E+30")]
    [InlineData("79228162514264337593543950335 + 1", "7.922816251426434E+28")]
    [InlineData("1e-20 * 1e-20", "1E-40")]
    [InlineData("1e300 % 7 < 7", "true")]
    [InlineData("big + 1 > big || true", "true")]
    [InlineData("exact", "1.10")]
    [InlineData("exact + 0", "1.1")]
    [InlineData("huge", "1e400")]
    [InlineData("[huge, tiny]", "[1e400,1e-40]")]
    [InlineData("tiny == 0", "false")]
    [InlineData("tiny > 0", "true")]
    public void Numbers_are_exact_where_they_can_be(string expression, string expected) => Assert.Equal(expected, Value(expression, Scope));

    [Theory]
    [InlineData("true || missing.x", "true")]
    [InlineData("false && missing.x", "false")]
    [InlineData("true ? 1 : missing.x", "1")]
    [InlineData("null ? missing.x : 2", "2")]
    [InlineData("false ? 1 : null ? 2 : true ? 3 : 4", "3")]
    [InlineData("true ? false ? 1 : 2 : 3", "2")]
    [InlineData("true || false && false", "true")]
    [InlineData("(true || false) && false", "false")]
    [InlineData("!null", "true")]
    [InlineData("!!true", "true")]
    [InlineData("null || false", "false")]
    [InlineData("1 < 2 == 2 < 3", "true")]
    [InlineData("1 == 1 && 2 != 3", "true")]
    [InlineData("'a' < 'b' && 'Z' < 'a' && 'a' <= 'a' && 2 >= 2 && 3 > 2", "true")]
    [InlineData("null == false", "false")]
    [InlineData("0 == false", "false")]
    [InlineData("null == null", "true")]
    [InlineData("[1,[2]] == [1,[2.0]]", "true")]
    [InlineData("[1,2] == [2,1]", "false")]
    [InlineData("{a:1,b:2} == {b:2,a:1}", "true")]
    [InlineData("{a:1} == {a:1,b:2}", "false")]
    [InlineData("{a:1} != {b:1}", "true")]
    public void Logic_and_comparison(string expression, string expected) => Assert.Equal(expected, Value(expression, Scope));

    [Theory]
    [InlineData("missing ?? 1", "1")]
    [InlineData("a.zz ?? 1", "1")]
    [InlineData("a.zz.yy[3].xx ?? 1", "1")]
    [InlineData("a.b.n ?? 1", "1")]
    [InlineData("a.b.n.m ?? 1", "1")]
    [InlineData("a.list[9] ?? a.zz ?? 'end'", "\"end\"")]
    [InlineData("a.list['x'] ?? a.text[0] ?? a.b[0] ?? a.text.x ?? 2", "2")]
    [InlineData("a.text[*] ?? 1", "1")]
    [InlineData("false ?? 1", "false")]
    [InlineData("a.zz ?? null", "null")]
    [InlineData("(a.zz + 1) ?? 2", "2")]
    [InlineData("[a.zz] ?? 2", "2")]
    [InlineData("{x: a.zz} ?? 2", "2")]
    [InlineData("upper(a.zz) ?? 2", "2")]
    [InlineData("(a.zz ? 1 : 3) ?? 2", "2")]
    [InlineData("(true ? a.zz : 3) ?? 2", "2")]
    [InlineData("!a.zz ?? 2", "2")]
    [InlineData("-a.zz ?? 2", "2")]
    [InlineData("(a.zz == null) ?? 2", "2")]
    [InlineData("(1 < a.zz) ?? 2", "2")]
    [InlineData("(a.zz && true) ?? 2", "2")]
    [InlineData("a.list[a.zz] ?? 2", "2")]
    [InlineData("rows[*][a.zz] ?? 2", "2")]
    [InlineData("exists(a.zz)", "false")]
    [InlineData("exists(a.b.n)", "true")]
    [InlineData("exists(upper(a.zz))", "false")]
    [InlineData("exists(secret:X)", "false")]
    [InlineData("default(a.zz, 1)", "1")]
    [InlineData("default(a.b.n, 1)", "1")]
    [InlineData("default(2, missing)", "2")]
    [InlineData("default(a.zz, a.yy) ?? 3", "3")]
    [InlineData("first([]) ?? last([]) ?? 3", "3")]
    public void What_is_missing_can_be_replaced(string expression, string expected) => Assert.Equal(expected, Value(expression, Scope));

    [Theory]
    [InlineData("""'it\'s \"x\" \\ \/ \n \u00e9'""", """
        "it's \"x\" \\ / \n é"
        """)]
    [InlineData("""
        "}" + '${x}' + "'"
        """, "\"}${x}'\"")]
    [InlineData("{a: {b: '}'}, \"c d\": []}", """{"a":{"b":"}"},"c d":[]}""")]
    [InlineData("[]", "[]")]
    [InlineData("[ 1 , [ ] , { } ]", "[1,[],{}]")]
    public void Literals(string expression, string expected) => Assert.Equal(expected.Trim(), Value(expression));

    [Fact]
    public void Numbers_come_out_readable_as_any_type()
    {
        var value = Parsed("${1 + 2}").Evaluate(Evaluating.Scope("{}"))!.AsValue();

        Assert.Equal(3, value.GetValue<int>());
        Assert.Equal(3m, value.GetValue<decimal>());
        Assert.Equal(3.0, value.GetValue<double>());
    }

    [Fact]
    public void Values_made_in_code_are_read_as_the_JSON_that_they_stand_for()
    {
        var scope = new Grimoire.Expressions.DictionaryScope
        {
            ["id"] = JsonValue.Create(Guid.Empty),
            ["when"] = JsonValue.Create(DateTimeOffset.UnixEpoch),
            ["float"] = JsonValue.Create(1.5f),
            ["byte"] = JsonValue.Create((byte)2),
            ["char"] = JsonValue.Create('c'),
            ["clothed"] = JsonValue.Create(new Dictionary<string, int[]> { ["x"] = [1, 2] }),
        };

        Assert.Equal(
            """["00000000-0000-0000-0000-000000000000","1970-01-01T00:00:00+00:00",3,4,"cc",2]""",
            Json(Parsed("${[id, when, float * 2, byte + byte, char + char, clothed.x[1]]}").Evaluate(scope)));
    }

}
