using System.Diagnostics;
using System.Text.Json.Nodes;
using Grimoire.Schemas;

namespace Grimoire.Tests.Schemas;

public sealed class JsonSchemasTests
{
    readonly JsonSchemas _schemas = new();

    [Theory]
    [InlineData("""{"required":["artist"]}""", "{}", "/artist: is required")]
    [InlineData("""{"properties":{"count":{"minimum":1}}}""", """{"count":0}""", "/count: is 0; at least 1 is wanted")]
    [InlineData("""{"properties":{"count":{"exclusiveMaximum":5}}}""", """{"count":5}""", "/count: is 5; less than 5 is wanted")]
    [InlineData("""{"properties":{"a.b":{"properties":{"c/d":{"type":"string"}}}}}""", """{"a.b":{"c/d":1}}""", "/a.b/c~1d: is a number; text is wanted")]
    [InlineData("""{"additionalProperties":false,"properties":{"prompt":{}}}""", """{"promt":1}""", "/promt: is not known here; did you mean 'prompt'?")]
    [InlineData("""{"items":{"type":"integer"}}""", """[1,"x"]""", "/1: is text; a whole number is wanted")]
    [InlineData("""{"items":[{"type":"string"}],"additionalItems":false}""", """["a",1]""", "/1: is one item too many")]
    [InlineData("""{"type":["integer","null"]}""", "\"x\"", "/: is text; a whole number or null is wanted")]
    [InlineData("""{"type":["integer","null"],"minimum":1}""", "0", "/: is 0; at least 1 is wanted")]
    [InlineData("""{"enum":["a",1]}""", "\"1\"", "/: is '1'; one of 'a', 1 is wanted")]
    [InlineData("""{"const":true}""", "\"True\"", "/: is 'True'; true is wanted")]
    [InlineData("""{"maxItems":0}""", "[1]", "/: has 1 items; at most 0 are allowed")]
    [InlineData("""{"uniqueItems":true}""", "[1,1.0]", "/: has an item more than once")]
    [InlineData("""{"pattern":"^a+$"}""", "\"b\"", "/: is 'b', which does not match the pattern ^a+$")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"b\"", "/: is 'b', which is not of the format 'date-time'")]
    [InlineData("""{"format":"email"}""", "\"b\"", "/: is 'b', which is not of the format 'email'")]
    [InlineData("""{"pattern":"^[a$]+$"}""", "\"a\\n\"", "/: is 'a\n', which does not match the pattern ^[a$]+$")]
    [InlineData("""{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"integer"}]}}}""", """{"a":null}""", "/a: fits none of its allowed forms: is null; text is wanted, or is null; a whole number is wanted")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"object","required":["x"]}]}""", "{}", "/x: is required")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":1}]}""", "1", "/: fits more than one of the forms of which it may have exactly one")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/t"}},"$defs":{"t":{"type":"string"}}}""", """{"a":null}""", "/a: is null; text is wanted")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/t","maxLength":1}},"$defs":{"t":{"type":"string"}}}""", """{"a":"xx"}""", "/a: has 2 characters; at most 1 are allowed")]
    [InlineData("""{"properties":{"a":false}}""", """{"a":1}""", "/a: is of a form that is not allowed")]
    [InlineData("""{"type":"integer"}""", "1e400", "/: is a number; a whole number is wanted")]
    public void What_is_wrong_is_said_in_plain_words_with_its_place(string schema, string value, string expected)
    {
        var errors = _schemas.Validate(Object(schema), JsonNode.Parse(value));

        Assert.Equal([expected], errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("""{"type":"integer"}""", "3.0")]
    [InlineData("""{"enum":[1,"a"]}""", "1.0")]
    [InlineData("""{"uniqueItems":true}""", """[1,"1"]""")]
    [InlineData("""{"properties":{"a":true}}""", """{"a":{"b":1}}""")]
    [InlineData("""{"properties":{"child":{"$ref":"#"}},"additionalProperties":false}""", """{"child":{"child":{}}}""")]
    [InlineData("""{"minimum":1}""", "99999999999999999999999999999999999999")]
    [InlineData("""{"description":"any","x-own":{"$ref":1},"examples":[{}]}""", "null")]
    public void What_fits_passes(string schema, string value) => Assert.Empty(_schemas.Validate(Object(schema), JsonNode.Parse(value)));

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var schema = Object("""{"required":["a","b"],"properties":{"c":{"type":"string"},"d":{"items":{"minimum":1}}}}""");

        var errors = _schemas.Validate(schema, JsonNode.Parse("""{"c":1,"d":[0,1,0]}"""));

        Assert.Equal(["/a", "/b", "/c", "/d/0", "/d/2"], errors.Select(error => error.Pointer).Order());
    }

    [Theory]
    [InlineData("""{"type":"map"}""", "/type")]
    [InlineData("""{"properties":{"a":{"minLength":-1}}}""", "/properties/a/minLength")]
    [InlineData("""{"$ref":"https://elsewhere.example/schema.json"}""", "/$ref")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""", "/$ref")]
    [InlineData("""{"anyOf":[{"$ref":"#"}]}""", "/anyOf/0/$ref")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"not":{"$ref":"#/$defs/a"}}}}""", "/$ref/$ref/not/$ref")]
    [InlineData("""{"pattern":"(a)\\1"}""", "/pattern")]
    [InlineData("""{"pattern":"((a{1000}){1000}){1000}"}""", "/pattern")]
    [InlineData("""{"minimum":1e99}""", "/minimum")]
    [InlineData("""{"dependencies":{}}""", "/dependencies")]
    [InlineData("""{"items":3}""", "/items")]
    [InlineData("""{"enum":[]}""", "/enum")]
    [InlineData("""{"properties":{"$ref":{}}}""", "/properties/$ref")]
    public void A_schema_that_is_none_is_an_error_with_a_place(string schema, string place)
    {
        Assert.Equal(place, Assert.Single(_schemas.Check(Object(schema))).Pointer);
        Assert.NotEmpty(_schemas.Validate(Object(schema), "x"));
    }

    [Fact]
    public void A_pattern_takes_no_longer_for_a_hostile_text()
    {
        var watch = Stopwatch.StartNew();

        var errors = _schemas.Validate(Object("""{"pattern":"^(a+)+$"}"""), new string('a', 100_000) + "!");

        Assert.Equal(SchemaErrorKind.Value, Assert.Single(errors).Kind);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_schema_that_doubles_its_work_at_each_level_comes_to_an_end()
    {
        var schema = Object("""{"items":{"allOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}}""");
        JsonNode value = new JsonArray();
        for (var depth = 0; depth < 50; depth++)
        {
            value = new JsonArray(value);
        }

        Assert.Equal(SchemaErrorKind.Effort, Assert.Single(_schemas.Validate(schema, value)).Kind);
    }

    [Fact]
    public void Values_and_schemas_of_any_depth_are_answered()
    {
        JsonNode value = new JsonArray();
        var schema = new JsonObject();
        for (var depth = 0; depth < 5000; depth++)
        {
            value = new JsonArray(value);
            schema = new JsonObject { ["items"] = schema };
        }

        Assert.NotEmpty(_schemas.Validate(new JsonObject(), value));
        Assert.NotEmpty(_schemas.Check(schema));
    }

    [Fact]
    public void A_schema_of_long_chains_is_answered()
    {
        var definitions = new JsonObject();
        for (var index = 0; index < 900; index++)
        {
            definitions[$"d{index}"] = new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/$defs/d{index + 1}" }) };
        }

        definitions["d900"] = new JsonObject();

        var errors = _schemas.Validate(new JsonObject { ["$ref"] = "#/$defs/d0", ["$defs"] = definitions }, 1);

        Assert.All(errors, error => Assert.Equal(SchemaErrorKind.Effort, error.Kind));
    }

    [Fact]
    public void Defaults_fill_what_is_missing_at_any_depth_and_nothing_else()
    {
        var schema = Object("""
            {"properties":{"a":{"default":1},"b":{"default":null},"c":{"properties":{"d":{"$ref":"#/$defs/x"}}},"e":{"items":{"properties":{"f":{"default":[]}}}},"g":{"properties":{"h":{"default":1}}}},
             "$defs":{"x":{"default":"y"}}}
            """);
        var value = Object("""{"a":null,"c":{},"e":[{},{"f":1}]}""");

        var complete = JsonSchemas.WithDefaults(schema, value);

        Assert.Equal("""{"a":null,"c":{"d":"y"},"e":[{"f":[]},{"f":1}],"b":null}""", complete!.ToJsonString());
        Assert.Equal("""{"a":null,"c":{},"e":[{},{"f":1}]}""", value.ToJsonString());
    }

    [Fact]
    public void Defaults_that_contain_themselves_come_to_an_end()
    {
        var schema = Object("""{"properties":{"a":{"$ref":"#","default":{}},"b":{"$ref":"#/$defs/x"}},"$defs":{"x":{"default":{},"properties":{"l":{"$ref":"#/$defs/x"},"r":{"$ref":"#/$defs/x"}}}}}""");

        Assert.NotNull(JsonSchemas.WithDefaults(schema, new JsonObject()));
    }

    static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();
}
