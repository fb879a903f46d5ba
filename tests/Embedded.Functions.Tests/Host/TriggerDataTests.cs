using System.Text;
using System.Text.Json;
using Embedded.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.Tests.Host;

public sealed class TriggerDataTests
{
    [Fact]
    public void What_the_caller_names_query_or_headers_can_be_bound()
    {
        HttpRequest request = Request("?headers=mine", "");
        request.RouteValues["query"] = "pens";

        IReadOnlyDictionary<string, object?> data = HttpTriggerData.Read(request, request.Body);

        Assert.Equal("pens", data["query"]);
        Assert.Equal("mine", data["headers"]);
    }

    [Fact]
    public void The_whole_query_and_all_headers_can_be_bound()
    {
        HttpRequest request = Request("?a=1", "{}");

        IReadOnlyDictionary<string, object?> data = HttpTriggerData.Read(request, request.Body);

        Assert.Equal("""{"a":"1"}""", data["Query"]);
        Assert.Equal("application/json", JsonDocument.Parse((string)data["Headers"]!).RootElement.GetProperty("Content-Type").GetString());
    }

    [Theory]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    public void A_body_with_half_of_a_surrogate_pair_has_no_values(string body)
    {
        HttpRequest request = Request("?id=1", body);

        IReadOnlyDictionary<string, object?> data = HttpTriggerData.Read(request, request.Body);

        Assert.Equal(["Headers", "Query", "id"], data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0, request.Body.Position);
    }

    static HttpRequest Request(string query, string body)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        request.ContentType = "application/json";
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return request;
    }
}
