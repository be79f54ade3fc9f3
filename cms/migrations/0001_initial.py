import django.db.models.deletion
import wagtail.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0001_initial'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('lead', models.CharField(blank=True, max_length=300, verbose_name='lead')),
            ],
            options={
                'verbose_name': 'catalogue',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('lead', models.CharField(blank=True, max_length=300, verbose_name='lead')),
                ('body', wagtail.fields.RichTextField(blank=True, verbose_name='text')),
            ],
            options={
                'verbose_name': 'front page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='InfoPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('body', wagtail.fields.RichTextField(verbose_name='text')),
            ],
            options={
                'verbose_name': 'information page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('intro', wagtail.fields.RichTextField(blank=True, verbose_name='introduction')),
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='page', to='courses.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'course page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('minutes', models.PositiveIntegerField(default=45, verbose_name='minutes')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('callout', 4), ('key_points', 5), ('quote', 8), ('steps', 9), ('case', 13), ('image', 16)], blank=True, block_lookup={0: ('cms.blocks.text.HeadingBlock', (), {}), 1: ('cms.blocks.text.TextBlock', (), {}), 2: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')], 'label': 'Kind'}), 3: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'label': 'Text'}), 4: ('wagtail.blocks.StructBlock', [[('kind', 2), ('text', 3)]], {}), 5: ('cms.blocks.text.KeyPointsBlock', (), {}), 6: ('wagtail.blocks.TextBlock', (), {'label': 'Quotation'}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('text', 6), ('source', 7)]], {}), 9: ('cms.blocks.activity.StepsBlock', (), {}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 11: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'label': 'Situation'}), 12: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'label': 'Worked answer', 'required': False}), 13: ('wagtail.blocks.StructBlock', [[('title', 10), ('situation', 11), ('answer', 12)]], {}), 14: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('image', 14), ('caption', 15)]], {})}, verbose_name='text')),
                ('lesson', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='page', to='courses.lesson')),
            ],
            options={
                'verbose_name': 'lesson page',
            },
            bases=('wagtailcore.page',),
        ),
    ]
