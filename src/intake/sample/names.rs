//! Names of people, combined at random from lists of common ones.
//!
//! Nobody in particular is meant. Chinese names come with their letters, as addresses are written
//! in those.

use super::dice::Dice;

/// Family names, each followed by its letters.
const CHINESE_FAMILIES: &str = "王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 赵 zhao 吴 wu 周 zhou \
    徐 xu 孙 sun 马 ma 朱 zhu 胡 hu 郭 guo 何 he 林 lin 高 gao 罗 luo 郑 zheng 梁 liang 谢 xie 宋 song \
    唐 tang 许 xu 韩 han 邓 deng 冯 feng 曹 cao 彭 peng 曾 zeng 肖 xiao 田 tian 董 dong 潘 pan 袁 yuan \
    蔡 cai 蒋 jiang 余 yu 于 yu 杜 du 叶 ye 程 cheng 魏 wei 苏 su 吕 lv 丁 ding 任 ren 卢 lu 姚 yao \
    沈 shen 钟 zhong 姜 jiang 崔 cui 谭 tan 陆 lu 范 fan 汪 wang 廖 liao 石 shi 金 jin 韦 wei 贾 jia \
    夏 xia 付 fu 方 fang 邹 zou";

/// Given names, each followed by its letters.
const CHINESE_GIVEN: &str = "梓涵 zihan 子轩 zixuan 雨桐 yutong 浩宇 haoyu 欣怡 xinyi 宇航 yuhang 诗涵 shihan \
    俊杰 junjie 思远 siyuan 嘉怡 jiayi 博文 bowen 晨曦 chenxi 佳琪 jiaqi 天宇 tianyu 梦瑶 mengyao 明轩 mingxuan \
    雅婷 yating 志强 zhiqiang 秀英 xiuying 建国 jianguo 丽娜 lina 海燕 haiyan 文静 wenjing 晓明 xiaoming \
    晓东 xiaodong 小红 xiaohong 伟 wei 芳 fang 娜 na 敏 min 静 jing 强 qiang 磊 lei 洋 yang 艳 yan 勇 yong \
    杰 jie 涛 tao 超 chao 霞 xia 平 ping 鹏 peng 辉 hui 玲 ling 桂英 guiying 玉兰 yulan 婷婷 tingting 倩 qian \
    佳怡 jiayi 一诺 yinuo 依诺 yinuo 宇轩 yuxuan 浩然 haoran 雨泽 yuze 子涵 zihan 思琪 siqi 紫萱 zixuan \
    可欣 kexin 若曦 ruoxi 梓萱 zixuan 奕辰 yichen 子墨 zimo 沐宸 muchen 语嫣 yuyan 家豪 jiahao 俊豪 junhao \
    子豪 zihao 泽宇 zeyu 睿 rui 悦 yue 心怡 xinyi 诗琪 shiqi 雪 xue 慧 hui 丹 dan 萍 ping 红 hong 军 jun \
    斌 bin 波 bo 刚 gang 健 jian 林 lin 峰 feng 宁 ning 龙 long 琳 lin 文 wen 颖 ying 楠 nan";

/// Family names of English speakers.
const ENGLISH_FAMILIES: &str = "Adams Allen Anderson Bailey Baker Barnes Bell Bennett Brooks Brown Campbell Carter \
    Clark Collins Cook Cooper Cox Davis Edwards Evans Fisher Foster Gray Green Hall Harris Hill Howard Hughes \
    Jackson James Johnson Jones Kelly King Lewis Long Marshall Martin Miller Mitchell Moore Morgan Morris Murphy \
    Nelson Parker Perry Phillips Powell Price Reed Richardson Roberts Robinson Rogers Ross Russell Scott Shaw \
    Smith Stewart Taylor Thomas Thompson Turner Walker Ward Watson White Williams Wilson Wood Wright Young";

/// Given names of English speakers.
const ENGLISH_GIVEN: &str = "Aaron Abigail Adam Alexander Alice Amelia Amy Andrew Anna Anthony Audrey Benjamin \
    Brian Caleb Caroline Charles Charlotte Chloe Claire Daniel David Dylan Edward Eleanor Elizabeth Ella Emily \
    Emma Eric Ethan Eva Evan Fiona Gabriel George Grace Hannah Harper Henry Isaac Isabel Jack Jacob James Jane \
    Jason Jasper Jessica John Jonathan Joseph Julia Karen Kate Kevin Laura Leah Leo Liam Lily Lucas Lucy Luke \
    Margaret Maria Mark Martha Mason Matthew Maya Mia Michael Molly Naomi Nathan Nicholas Noah Nora Oliver \
    Olivia Oscar Owen Paul Peter Rachel Rebecca Robert Rose Ruby Ryan Samuel Sarah Simon Sophia Stella Thomas \
    Victoria Violet William Zoe";

/// The language in which somebody reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese, with a name in characters.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The code that the roster carries.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }
}

/// A name as it is written, and in letters.
type Spelled = (&'static str, &'static str);

/// A person's name.
#[derive(Clone, Copy)]
pub struct Name {
    /// Family name.
    pub family: Spelled,
    /// Given name.
    pub given: Spelled,
    /// Its language.
    pub language: Language,
}

/// The lists, ready to be drawn from.
pub struct Names {
    chinese: [Vec<Spelled>; 2],
    english: [Vec<Spelled>; 2],
}

impl Names {
    /// Splits the lists.
    pub fn new() -> Self {
        Self {
            chinese: [pairs(CHINESE_FAMILIES), pairs(CHINESE_GIVEN)],
            english: [same(ENGLISH_FAMILIES), same(ENGLISH_GIVEN)],
        }
    }

    /// A name of this language.
    pub fn draw(&self, dice: &mut Dice, language: Language) -> Name {
        let [families, given] = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        Name { family: dice.pick(families), given: dice.pick(given), language }
    }
}

fn pairs(list: &'static str) -> Vec<Spelled> {
    let mut words = list.split_whitespace();
    std::iter::from_fn(|| Some((words.next()?, words.next()?))).collect()
}

fn same(list: &'static str) -> Vec<Spelled> {
    list.split_whitespace().map(|word| (word, word)).collect()
}
