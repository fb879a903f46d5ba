using System.Text;
using Azure.Core.Serialization;
using Embedded.Functions.Binding.Converters;
using Embedded.Functions.Tests.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Tests.Binding.Converters;

public sealed class ConverterTests
{
    static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));
    static readonly Guid Id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

    // Equal to itself alone: two pieces of memory with the same content are not.
    static readonly ReadOnlyMemory<byte> Text = Bytes("text");

    /// <summary>A source, the type of the parameter, and what it gets: the first converter that handles it wins.</summary>
    public static TheoryData<object, Type, object> Conversions => new()
    {
        { "text", typeof(string), "text" },
        { "text", typeof(object), "text" },
        { "5", typeof(int), 5 },
        { "5", typeof(int?), 5 },
        { "true", typeof(bool), true },
        { "2.5", typeof(double), 2.5 },
        { "0f8fad5b-d9cb-469f-a165-70867728950e", typeof(Guid), Id },
        { "{0F8FAD5B-D9CB-469F-A165-70867728950E}", typeof(Guid?), Id },
        { "2026-05-01T12:00:00+02:00", typeof(DateTimeOffset), Noon },
        { "2026-05-01T12:00:00+02:00", typeof(DateTimeOffset?), Noon },
        { "2026-05-01", typeof(DateTime), new DateTime(2026, 5, 1) },
        { "text", typeof(byte[]), "text"u8.ToArray() },
        { Bytes("text"), typeof(string), "text" },
        { Bytes("text"), typeof(byte[]), "text"u8.ToArray() },
        { Text, typeof(ReadOnlyMemory<byte>), Text },
        { """{"Name":"a"}""", typeof(Item), new Item("a") },
        { Bytes("""{"Name":"a"}"""), typeof(Item), new Item("a") },
        { """[{"Name":"a"}]""", typeof(Item[]), new[] { new Item("a") } },
        { "[1,2]", typeof(List<int>), new List<int> { 1, 2 } },
        { new List<string> { "a", "b" }, typeof(string[]), new[] { "a", "b" } },
        { new List<long> { 1 }, typeof(long[]), new[] { 1L } },
        { new List<double> { 1.5 }, typeof(double[]), new[] { 1.5 } },
        { new List<ReadOnlyMemory<byte>> { Bytes("a") }, typeof(byte[][]), new[] { "a"u8.ToArray() } },
        { new List<ReadOnlyMemory<byte>> { Text }, typeof(ReadOnlyMemory<byte>[]), new[] { Text } },
    };

    [Theory]
    [MemberData(nameof(Conversions))]
    public async Task An_input_becomes_what_the_parameter_asks_for(object source, Type target, object expected)
    {
        var result = await ConvertAsync(source, target);

        Assert.Equal(ConversionStatus.Succeeded, result.Status);
        Assert.Equal(expected, result.Value);
        Assert.IsType(Nullable.GetUnderlyingType(target) ?? (target == typeof(object) ? typeof(string) : target), result.Value);
    }

    [Theory]
    [InlineData("abc", typeof(int))]
    [InlineData("True", typeof(bool))]
    [InlineData("not a guid", typeof(Guid))]
    [InlineData("{", typeof(Item))]
    public async Task Text_that_does_not_fit_fails_with_the_reason(string source, Type target)
    {
        var result = await ConvertAsync(source, target);

        Assert.Equal(ConversionStatus.Failed, result.Status);
        Assert.NotNull(result.Error);
    }

    [Theory]
    [InlineData(typeof(string))]
    [InlineData(typeof(int))]
    [InlineData(typeof(Item))]
    [InlineData(typeof(string[]))]
    public async Task Without_an_input_nothing_is_converted(Type target) =>
        Assert.Equal(ConversionStatus.Unhandled, (await ConvertAsync(null, target)).Status);

    [Fact]
    public async Task A_batch_of_one_kind_is_no_array_of_another() =>
        Assert.Equal(ConversionStatus.Unhandled, (await ConvertAsync(new List<string> { "a" }, typeof(double[]))).Status);

    [Theory]
    [InlineData(typeof(CancellationToken))]
    [InlineData(typeof(CancellationToken?))]
    public async Task The_cancellation_of_the_invocation_needs_no_input(Type target)
    {
        using var cancellation = new CancellationTokenSource();
        var context = new FakeContext(cancellationToken: cancellation.Token);

        Assert.Equal(cancellation.Token, (await ConvertAsync(null, target, context)).Value);
    }

    [Fact]
    public async Task The_invocation_itself_needs_no_input()
    {
        var context = new FakeContext();

        Assert.Same(context, (await ConvertAsync("text", typeof(FunctionContext), context)).Value);
    }

    [Fact]
    public async Task JSON_is_read_although_the_invocation_is_cancelled()
    {
        var context = new FakeContext(cancellationToken: new CancellationToken(canceled: true));

        Assert.Equal(5, (await ConvertAsync("5", typeof(int), context)).Value);
    }

    [Fact]
    public void Without_a_serializer_there_is_no_JSON() =>
        Assert.Throws<InvalidOperationException>(() => new JsonPocoConverter(Options.Create(new WorkerOptions())));

    [Fact]
    public void A_converter_finds_the_binding_attribute()
    {
        var conversion = new FakeConversion(typeof(string), null, new FakeContext());

        Assert.True(conversion.TryGetBindingAttribute<FunctionAttribute>(out var one));
        Assert.True(conversion.TryGetBindingAttribute(one!.GetType(), out var other));
        Assert.Same(one, other);
        Assert.Throws<ArgumentException>(() => conversion.TryGetBindingAttribute(typeof(string), out _));
    }

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static async Task<ConversionResult> ConvertAsync(object? source, Type target, FunctionContext? context = null)
    {
        var options = new WorkerOptions { Serializer = new JsonObjectSerializer() };
        new DefaultInputConverterInitializer().Configure(options);
        var conversion = new FakeConversion(target, source, context ?? new FakeContext());
        foreach (var type in options.InputConverters)
        {
            var converter = (IInputConverter)(type == typeof(JsonPocoConverter)
                ? new JsonPocoConverter(Options.Create(options))
                : Activator.CreateInstance(type)!);
            var result = await converter.ConvertAsync(conversion);
            if (result.Status != ConversionStatus.Unhandled)
            {
                return result;
            }
        }

        return ConversionResult.Unhandled();
    }

    sealed record Item(string Name);
}
