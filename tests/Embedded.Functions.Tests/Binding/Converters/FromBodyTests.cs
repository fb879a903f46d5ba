using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Embedded.Functions.Tests.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Binding.Converters;

public sealed class FromBodyTests
{
    readonly FakeContext _context = new(new JsonObjectSerializer());

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("application/problem+json")]
    public async Task A_JSON_body_becomes_an_object(string contentType)
    {
        Receive("""{"Name":"a"}""", contentType);

        Assert.Equal(new Item("a"), await ConvertAsync(typeof(Item)));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("no type")]
    [InlineData(null)]
    public async Task A_body_that_is_not_called_JSON_is_refused(string? contentType)
    {
        Receive("""{"Name":"a"}""", contentType);

        Assert.IsType<InvalidOperationException>(await FailureAsync());
    }

    [Fact]
    public async Task A_body_can_be_text_or_bytes_whatever_its_type()
    {
        Receive("ü", "text/plain");
        Assert.Equal("ü", await ConvertAsync(typeof(string)));

        Receive("ü", null);
        Assert.Equal("ü"u8.ToArray(), await ConvertAsync(typeof(byte[])));

        Receive("ü", null);
        Assert.Equal("ü"u8.ToArray(), ((Memory<byte>)(await ConvertAsync(typeof(Memory<byte>)))!).ToArray());
    }

    [Fact]
    public async Task Bad_JSON_is_the_exception_of_the_serializer()
    {
        Receive("{", "application/json");

        Assert.IsType<JsonException>(await FailureAsync());
    }

    [Fact]
    public async Task Without_a_request_there_is_no_body()
    {
        var thrown = Assert.IsType<InvalidOperationException>(await FailureAsync());

        Assert.Contains("Fake", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversion_among_the_features_comes_first()
    {
        _context.Features.Set<IFromBodyConversionFeature>(new Constant("mine"));

        Assert.Equal("mine", await ConvertAsync(typeof(string)));
    }

    async Task<object?> ConvertAsync(Type target)
    {
        ConversionResult result = await ResultAsync(target);
        Assert.Equal(ConversionStatus.Succeeded, result.Status);
        return result.Value;
    }

    async Task<Exception> FailureAsync()
    {
        ConversionResult result = await ResultAsync(typeof(Item));
        Assert.Equal(ConversionStatus.Failed, result.Status);
        return result.Error!;
    }

    ValueTask<ConversionResult> ResultAsync(Type target)
    {
        var converter = (IInputConverter)Activator.CreateInstance(new FromBodyAttribute().ConverterType)!;
        return converter.ConvertAsync(new FakeConversion(target, source: null, _context));
    }

    void Receive(string body, string? contentType)
    {
        var request = new FakeRequest(_context, Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
        {
            request.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        _context.Features.Set<IHttpRequestDataFeature>(new Feature(request));
    }

    sealed record Item(string Name);

    sealed class Feature(HttpRequestData request) : IHttpRequestDataFeature
    {
        public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => new(request);
    }

    sealed class Constant(object value) : IFromBodyConversionFeature
    {
        public ValueTask<object?> ConvertAsync(FunctionContext context, Type targetType) => new(value);
    }
}
